// SimViewer
