// SimMapTests
