// SimMetrics
