"""Proximal policy optimisation by Stable-Baselines3, for whoever has installed requirements-deep.txt.

Schulman, Wolski, Dhariwal, Radford & Klimov 2017. The library learns; what it learnt is taken out as plain arrays, so
that acting, saving and judging need no PyTorch. Nothing of it is loaded before a training asks.
"""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.agent.arena import Arena
from core.agent.committee import Network, network_of
from core.agent.observing import Observer
from core.errors import InputError

EPISODE = 500
"""Bars of an episode; it begins at a random bar."""
ROLLOUT = 1024
"""Steps between two updates."""
BATCH = 256
EPOCHS = 5
LOOK = 10_000
"""Steps between two points of the live curve."""
_SEEDING = threading.Lock()
"""The library seeds generators of the whole process: one training at a time."""

Looked = Callable[[int, Network, float | None], None]
"""Called every LOOK steps and at the end with the steps done, the policy, and the loss of its value function."""


def assert_installed() -> None:
    """Say what is missing, before any work is done.

    Raises:
        InputError: Stable-Baselines3 or PyTorch is not installed.
    """
    try:
        import stable_baselines3  # noqa: F401
        import torch  # noqa: F401
    except ImportError as missing:
        raise InputError(
            f"A PPO agent needs {missing.name or 'stable-baselines3'}, which is not installed: run pip install -r "
            "requirements-deep.txt, or train the default agent (fitted Q-iteration), which needs nothing more."
        ) from missing


def train_ppo(
    arena: Arena,
    market_rows: np.ndarray,
    observer: Observer,
    exposures: tuple[float, ...],
    risk_term: float,
    seed: int,
    steps: int,
    discount: float,
    looked: Looked,
    check: Callable[[], None],
) -> Network:
    """Learn for so many steps (rounded up to whole rollouts); the same seed gives the same policy on one machine.

    Args:
        arena, market_rows: the learning part.
        looked: see `Looked`.
        check: called after every step; may raise to stop.

    Raises:
        InputError: the library is not installed.
    """
    assert_installed()
    import torch
    from gymnasium.wrappers import TransformReward
    from stable_baselines3 import PPO

    from core.agent.environment import TradingEnvironment

    episode = min(EPISODE, len(arena) - 1)
    inner = TradingEnvironment(arena, market_rows, observer, exposures, risk_term, episode)
    move = np.abs(np.diff(np.log(arena.closes))).mean() * arena.limits.size
    scaled: Any = TransformReward(inner, lambda reward: float(reward) / max(float(move), 1e-12))
    with _SEEDING, _own_randomness():
        torch.set_num_threads(1)
        rollout = min(ROLLOUT, max(64, steps // 64 * 64))
        model = PPO(
            "MlpPolicy", scaled, n_steps=rollout, batch_size=min(BATCH, rollout), n_epochs=EPOCHS, gamma=discount,
            ent_coef=0.01, seed=seed, device="cpu", verbose=0,
        )  # fmt: skip
        model.learn(total_timesteps=steps, callback=_watching(looked, check))
        return policy_of(model)


def policy_of(model: Any) -> Network:
    """The policy of a Stable-Baselines3 PPO model as plain arrays."""
    return network_of(
        {name: value.detach().cpu().numpy() for name, value in model.policy.state_dict().items()}
    )


def _watching(looked: Looked, check: Callable[[], None]) -> Any:
    from stable_baselines3.common.callbacks import BaseCallback

    class Watching(BaseCallback):
        """Tells how far it is, and stops when it was cancelled."""

        def __init__(self) -> None:
            super().__init__()
            self._due = LOOK

        def _on_step(self) -> bool:
            check()
            return True

        def _on_rollout_start(self) -> None:
            if self.num_timesteps >= self._due:
                self._look()
                self._due += LOOK

        def _on_training_end(self) -> None:
            self._look()

        def _look(self) -> None:
            loss = self.model.logger.name_to_value.get("train/value_loss")
            looked(int(self.num_timesteps), policy_of(self.model), None if loss is None else float(loss))

    return Watching()


@contextmanager
def _own_randomness() -> Iterator[None]:
    """The process's generators stand afterwards as they stood before."""
    import torch

    plain, numbers, threads = random.getstate(), np.random.get_state(), torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            random.setstate(plain)
            np.random.set_state(numbers)
            torch.set_num_threads(threads)
