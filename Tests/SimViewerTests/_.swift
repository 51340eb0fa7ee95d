// SimViewerTests
