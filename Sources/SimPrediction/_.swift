// SimPrediction
