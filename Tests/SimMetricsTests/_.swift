// SimMetricsTests
