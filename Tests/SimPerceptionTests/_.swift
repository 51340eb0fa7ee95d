// SimPerceptionTests
