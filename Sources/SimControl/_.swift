// SimControl
