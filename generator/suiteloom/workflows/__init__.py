"""One module for each verb; the parts below put together. Returns data, prints nothing."""
