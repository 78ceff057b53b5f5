"""Three versions of a suite file merged into one. Pure."""
