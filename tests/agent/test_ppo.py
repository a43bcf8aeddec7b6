"""The optional agent: what is missing is said, and a short training is real."""

import sys

import numpy as np
import pytest

from core.agent import observer_for
from core.agent.committee import NetworkMind, network_bytes, network_from_bytes
from core.agent.ppo import assert_installed, train_ppo
from core.agent.walking import walk
from core.errors import InputError
from tests.agent.conftest import arena, foretold


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stable_baselines3", None)
    with pytest.raises(InputError, match=r"requirements-deep\.txt"):
        assert_installed()


@pytest.mark.slow  # torch takes ten seconds to import on a busy machine
def test_a_short_training_gives_the_same_policy_twice_and_needs_no_torch_to_act() -> None:
    pytest.importorskip("stable_baselines3", reason="an optional extra: requirements-deep.txt")
    bars, known = foretold(400, 0.001)
    part = arena(bars)
    observer = observer_for(known, ("x", "noise"), {}, False, 0.01, 0.1)
    rows = observer.market_rows(known)
    looks: list[int] = []
    numbers = np.random.default_rng(0).random(3)
    np.random.seed(4)
    before = np.random.get_state()[1].tolist()  # type: ignore[union-attr]
    first, again = (
        train_ppo(
            part, rows, observer, (-1.0, 0.0, 1.0), 0.0, 1, 256, 0.9, lambda step, net, loss: looks.append(step), lambda: None
        )
        for _ in range(2)
    )  # fmt: skip
    assert network_bytes(first) == network_bytes(again) and looks == [256, 256] and len(numbers) == 3
    assert np.random.get_state()[1].tolist() == before  # type: ignore[union-attr]
    mind = NetworkMind((first, network_from_bytes(network_bytes(first))), (-1.0, 0.0, 1.0))
    walked = walk(part, rows, observer, mind.alone(0))
    assert np.array_equal(walked.equity, walk(part, rows, observer, mind.alone(1)).equity)
