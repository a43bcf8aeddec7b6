"""What is tuned, and how it comes into the settings.

The barriers of a label, the horizons and the folds are not tuned: they decide what is asked, and a search over them
finds the easiest question.
"""

from collections.abc import Collection
from itertools import combinations
from typing import TYPE_CHECKING

from core.records import TunedParameters
from core.settings import PredictSettings

if TYPE_CHECKING:
    import optuna

TUNED = ("trees", "depth", "learning_rate", "members", "class_weight")
"""Names of the settings that tuning chooses."""
_BETWEEN = "+"
_MOST_WHOLE = 4
"""Members up to which every choice among them is tried."""


def member_sets(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Choices among members: all of them up to four, else each alone, each left out, and all together."""
    sizes = range(1, len(names) + 1) if len(names) <= _MOST_WHOLE else (1, len(names) - 1, len(names))
    return tuple(chosen for size in sizes for chosen in combinations(names, size))


def distributions(
    settings: PredictSettings, held: Collection[str] = ()
) -> "dict[str, optuna.distributions.BaseDistribution]":
    """The space in Optuna's words; it holds the settings' own values.

    Args:
        held: names of TUNED that stay as they are.
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    sets = [_BETWEEN.join(chosen) for chosen in member_sets(settings.members)]
    space: dict[str, optuna.distributions.BaseDistribution] = {
        "trees": IntDistribution(min(20, settings.trees), max(400, settings.trees), log=True),
        "depth": IntDistribution(min(2, settings.depth), max(6, settings.depth)),
        "learning_rate": FloatDistribution(
            min(0.01, settings.learning_rate), max(0.2, settings.learning_rate), log=True
        ),
        "members": CategoricalDistribution(sets),
        "class_weight": CategoricalDistribution([False, True]),
    }
    own = to_words(given(settings))
    return space | {name: CategoricalDistribution([own[name]]) for name in held}


def given(settings: PredictSettings) -> TunedParameters:
    """The settings' own values."""
    return TunedParameters(
        settings.trees, settings.depth, settings.learning_rate, settings.members, settings.class_weight
    )


def applied(settings: PredictSettings, chosen: TunedParameters) -> PredictSettings:
    """The settings with these parameters in place of their own."""
    return settings.model_copy(update={name: getattr(chosen, name) for name in TUNED})


def to_words(chosen: TunedParameters) -> dict[str, int | float | str | bool]:
    """The parameters as Optuna keeps them."""
    return {name: getattr(chosen, name) for name in TUNED} | {"members": _BETWEEN.join(chosen.members)}


def from_words(said: dict[str, int | float | str | bool]) -> TunedParameters:
    """What Optuna kept, as parameters."""
    return TunedParameters(
        int(said["trees"]),
        int(said["depth"]),
        float(said["learning_rate"]),
        tuple(str(said["members"]).split(_BETWEEN)),
        bool(said["class_weight"]),
    )
