"""A few hours of the course that nobody disturbs, for the tests that live through the same hours in another way."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.collect import LIVE
from core.store import Store
from tests.reliability.committed import last_acknowledged
from tests.reliability.invariants import Picture, picture_of
from tests.reliability.lives import live
from tests.reliability.plan import START, Plan, prepare
from tests.reliability.told import read_log
from tests.reliability.world import Exchange

HOURS = Plan(assets=2, hours=2.0, collect=3600, predict=7200, signals=1800, trade=900, commits=True)
"""The short form: every step comes several times, models are trained, positions are opened and closed."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A course that has ended."""

    home: Path
    picture: Picture
    commits: int
    """Transactions that the app committed; 0 where they were not counted."""

    @property
    def turns(self) -> list[dict[str, object]]:
        """What was told of each turn."""
        return [line for line in read_log(self.home) if "turn" in line]

    @property
    def wrong(self) -> list[object]:
        """Everything that did not hold, failed or was logged as an error."""
        return [line for line in self.turns if line["wrong"]]


def seen(home: Path) -> Lived:
    """A course that has ended, as its store shows it."""
    store = Store(home / "data" / "glassbox.duckdb")
    try:
        return Lived(home, picture_of(store, LIVE), last_acknowledged(home / "commits.bin"))
    finally:
        store.close()


def undisturbed(home: Path, plan: Plan, timeout: float) -> Lived:
    """Live through a course in one process, with an exchange of its own."""
    prepare(home, plan)
    exchange = Exchange(START, plan.hours / 24, plan.assets, plan.seed)
    try:
        live(home, exchange.url, timeout)
    finally:
        exchange.close()
    return seen(home)


@pytest.fixture(scope="session")
def calm_hours(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The short form, undisturbed."""
    return undisturbed(tmp_path_factory.mktemp("calm") / "home", HOURS, 600)
