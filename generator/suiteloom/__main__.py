"""Entry point of ``python -m suiteloom`` and of the ``suiteloom`` script."""
