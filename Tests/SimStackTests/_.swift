// SimStackTests
