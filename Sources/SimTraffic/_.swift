// SimTraffic
