// SimHarness
