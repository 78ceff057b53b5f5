"""From YAML text to the model. The only part that uses pydantic."""
