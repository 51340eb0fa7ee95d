// SimScenarioTests
