"""Tuned parameters in use: which settings a training of a series follows."""

from core.errors import InputError
from core.pipeline.run import Workbench
from core.predict.tuning import TUNED, applied
from core.records import Timeframe, TunedParameters, TuningRun
from core.settings import PredictSettings
from core.store import Store
from core.store.tuning import (
    Adopted,
    adopt_parameters,
    adopted_parameters,
    drop_horizon_parameters,
    drop_parameters,
    horizon_parameters,
)


def use_tuned(bench: Workbench, run: TuningRun) -> None:
    """Let trainings of the run's series use what it chose, whatever its horizons used.

    Raises:
        InputError: the run chose nothing.
    """
    if run.chosen is None:
        raise InputError("This tuning chose nothing: let it run until a trial has ended.")
    adopted = Adopted(run.id, bench.clock(), run.chosen)
    series = (run.symbol, run.timeframe, run.source)
    bench.store.write(adopt_parameters(*series, adopted), drop_horizon_parameters(*series))


def use_settings(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> None:
    """Let trainings of a series use the settings again."""
    series = (symbol, timeframe.value, source)
    bench.store.write(drop_parameters(*series), drop_horizon_parameters(*series))


def tuned_settings(
    store: Store,
    settings: PredictSettings,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    horizon: str = "",
) -> PredictSettings:
    """The settings that a training of this series and horizon uses: tuned parameters in place of defaults.

    A value that was set on purpose (settings file, environment, arguments) is stronger than a tuned one, and parameters
    of one horizon, which won a contest, are stronger than those of the series.

    Args:
        source: where the bars come from, not `auto`.
        horizon: its name; empty: what the series uses.
    """
    own = horizon_parameters(store, symbol, timeframe.value, source).get(horizon)
    adopted = own or adopted_parameters(store, symbol, timeframe.value, source)
    return settings if adopted is None else as_allowed(settings, adopted.parameters)


def as_allowed(settings: PredictSettings, chosen: TunedParameters) -> PredictSettings:
    """The settings with tuned parameters, except where the user has set a value on purpose.

    Args:
        settings: the user's own.
    """
    held = {name: getattr(settings, name) for name in set_on_purpose(settings)}
    return applied(settings, chosen).model_copy(update=held)


def set_on_purpose(settings: PredictSettings) -> tuple[str, ...]:
    """Tunable settings that the user has set, and that therefore stay."""
    return tuple(name for name in TUNED if name in settings.model_fields_set)
