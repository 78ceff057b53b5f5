"""What new projects and new specs start from: templates, and lists of tests."""
