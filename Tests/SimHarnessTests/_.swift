// SimHarnessTests
