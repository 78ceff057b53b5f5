"""A package, so that file names may be the same as in other folders of tests."""
