// SimPlanningTests
