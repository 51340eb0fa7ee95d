// SimEpisodeTests
