"""Tests of `suiteloom.specs`."""
