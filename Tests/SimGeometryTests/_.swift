// SimGeometryTests
