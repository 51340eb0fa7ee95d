// SimPredictionTests
