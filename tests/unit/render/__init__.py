"""Tests of `suiteloom.render`."""
