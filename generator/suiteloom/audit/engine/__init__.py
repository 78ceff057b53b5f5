"""What every rule stands on: one file read, its tests, and what they name. Pure."""
