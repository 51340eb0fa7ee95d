// SimMap
