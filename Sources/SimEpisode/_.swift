// SimEpisode
