"""What a strategy reads beside the bars: features, and forecasts where it needs them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features import build_features
from core.pipeline.gathering import Gathered
from core.pipeline.run import Tell, Workbench
from core.records import Forecast, Instrument, Problem, Timeframe
from core.signals import Strategy


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Columns that are known beside those that bars alone give."""

    columns: pd.DataFrame
    """On the bars' index; no column for a strategy that needs none."""
    problems: tuple[Problem, ...] = ()

    def features(self, bars: pd.DataFrame) -> pd.DataFrame:
        """Features of some of the bars, with what is known beside them."""
        built = build_features(bars)
        return built.join(self.columns) if len(self.columns.columns) else built


NOTHING = Beside(pd.DataFrame())


def beside_of(
    bench: Workbench,
    strategy: Strategy,
    instrument: Instrument,
    timeframe: Timeframe,
    found: Gathered,
    wanted: pd.DataFrame,
    tell: Tell,
) -> Beside:
    """What a strategy needs beside features; training the models takes minutes unless their forecasts are kept.

    Forecasts are those that the backtest of the whole cycle uses: of models that are trained again when the live rule
    finds them stale, each from labels that had ended before the first bar that it forecasts.

    Args:
        found: all bars at hand, with history to train on before the traded ones.
        wanted: the bars that are traded; a part of them, without a gap.
    """
    if "forecasts" not in strategy.needs:
        return NOTHING
    from core.pipeline.feature_context import context_of, features_of
    from core.pipeline.whole_cycle.forecasts import Asked, walk_forward_forecasts  # brings the models
    from core.pipeline.whole_cycle.kept import Kept

    first = int(found.bars.index.searchsorted(wanted.index[0]))
    bars = found.bars.iloc[: first + len(wanted)]
    source, world = found.collected.source, found.collected.world
    known = context_of(bench, instrument, timeframe, source, world, bars)
    features, _ = features_of(bench, instrument, timeframe, source, bars, known)
    asked = Asked(instrument, timeframe, source, bars, features, first, len(bars))
    kept = Kept(bench.settings.cache_dir / "walk_forward")
    forecasts, problems = walk_forward_forecasts(asked, bench.settings, kept, tell)
    said = [forecasts.at(row) or () for row in range(first, len(bars))]
    return Beside(forecast_columns(wanted.index, said), tuple(problems))


def forecast_columns(index: pd.Index, said: list[tuple[Forecast, ...]]) -> pd.DataFrame:
    """Forecasts of each bar as columns: `lead_HORIZON`, p up − p down less the same of the base rates, and
    `skill_HORIZON`, out of sample; 0 at most for a model that has no say in a cycle. Null where none speaks."""
    columns = {f"{what}_{name}": np.full(len(index), np.nan) for what in ("lead", "skill") for name in ("short", "medium", "long")}  # fmt: skip
    for row, forecasts in enumerate(said):
        for one in forecasts:
            lead = (one.p_up - one.base_up) - (one.p_down - one.base_down)
            columns[f"lead_{one.horizon}"][row] = lead
            columns[f"skill_{one.horizon}"][row] = one.skill if one.calibrated else min(one.skill, 0.0)
    return pd.DataFrame(columns, index=index)
