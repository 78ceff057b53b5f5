"""HTTP and the chat page."""
