// SimWorldTests
