"""The collector of cycles is as it was once the work is done."""

from __future__ import annotations

import gc

import pytest

from suiteloom.cycles import without_collector


@pytest.fixture(autouse=True)
def as_it_was():
    was_on = gc.isenabled()
    yield
    (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("switch", [gc.enable, gc.disable])
def test_collector_is_as_before_afterwards(switch):
    switch()
    before = gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled() == before


def test_collector_is_on_again_after_an_error():
    gc.enable()
    with pytest.raises(ValueError, match="no"), without_collector():
        raise ValueError("no")
    assert gc.isenabled()
