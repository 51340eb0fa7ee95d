// SimCoreTests
