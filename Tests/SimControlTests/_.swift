// SimControlTests
