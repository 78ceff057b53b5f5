"""From the model to spec-owned text. Pure: no file is written and no clock is read."""
