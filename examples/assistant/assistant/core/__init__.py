"""The core: registry, health, routing, input, storage."""
