"""Chat: connections, agent runs and the delivery of their events."""
