// SimPerception
