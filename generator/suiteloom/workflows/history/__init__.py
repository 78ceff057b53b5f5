"""What is remembered of runs: adding to it, asking it, passing it on."""
