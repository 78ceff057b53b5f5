"""What day it is, in UTC."""

import time

import pytest

from suiteloom.store import clock


@pytest.fixture
def zone(monkeypatch):
    """Say in which time zone the machine is."""

    def say(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield say
    monkeypatch.undo()
    time.tzset()


def test_the_day_is_the_same_in_every_time_zone(zone):
    days = set()
    local = set()
    for name in ("UTC-14", "UTC+12"):  # never on the same day
        zone(name)
        days.add(clock.utc_today())
        local.add(time.localtime().tm_yday)
    assert len(local) == 2
    assert len(days) == 1
