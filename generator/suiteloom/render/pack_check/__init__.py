"""What is wrong with a template pack, found before anything is rendered with it."""
