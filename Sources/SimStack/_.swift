// SimStack
