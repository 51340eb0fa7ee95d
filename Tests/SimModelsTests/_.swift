// SimModelsTests
