// SimScenario
