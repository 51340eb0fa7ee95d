// SimTrafficTests
