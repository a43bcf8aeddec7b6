"""Tuned parameters in use: which settings a training of a series follows."""

from core.errors import InputError
from core.pipeline.run import Workbench
from core.predict.tuning import TUNED, applied
from core.records import Timeframe, TuningRun
from core.settings import PredictSettings
from core.store import Store
from core.store.tuning import Adopted, adopt_parameters, adopted_parameters, drop_parameters


def use_tuned(bench: Workbench, run: TuningRun) -> None:
    """Let trainings of the run's series use what it chose.

    Raises:
        InputError: the run chose nothing.
    """
    if run.chosen is None:
        raise InputError("This tuning chose nothing: let it run until a trial has ended.")
    adopted = Adopted(run.id, bench.clock(), run.chosen)
    bench.store.write(adopt_parameters(run.symbol, run.timeframe, run.source, adopted))


def use_settings(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> None:
    """Let trainings of a series use the settings again."""
    bench.store.write(drop_parameters(symbol, timeframe.value, source))


def tuned_settings(
    store: Store, settings: PredictSettings, symbol: str, timeframe: Timeframe, source: str
) -> PredictSettings:
    """The settings that a training of this series uses: tuned parameters in place of defaults.

    A value that was set on purpose (settings file, environment, arguments) is stronger than a tuned one.

    Args:
        source: where the bars come from, not `auto`.
    """
    adopted = adopted_parameters(store, symbol, timeframe.value, source)
    if adopted is None:
        return settings
    held = {name: getattr(settings, name) for name in set_on_purpose(settings)}
    return applied(settings, adopted.parameters).model_copy(update=held)


def set_on_purpose(settings: PredictSettings) -> tuple[str, ...]:
    """Tunable settings that the user has set, and that therefore stay."""
    return tuple(name for name in TUNED if name in settings.model_fields_set)
