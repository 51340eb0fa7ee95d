// SimPlanning
