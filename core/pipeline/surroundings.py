"""What the policy looks at beside signal and book: of a cycle of this moment, and of one bar of the past.

Both read the same numbers: closes and true range of the last bars, the regime by the models that speak then, the
record of their forecasts, the quality of the bars. Levels of a forecast (`sizing.levels`) are not part of a backtest,
whose models are trained without those heads; while they are asked for, a cycle may stop nearer than its backtest. A
language model proposes no stop and no target.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.decide import Lean, Surroundings, yearly_volatility
from core.pipeline.run import Run, Workbench
from core.records import Costs, Forecast, Instrument, Levels, RegimeKind, Timeframe
from core.settings import Settings

RETURNS = 250
"""Of so many returns the volatility is told: exactly these, so that it depends on nothing before them."""
_SIGMA = 100
"""Returns behind the barriers that a forecast is about."""


def surroundings_of_run(run: Run, bench: Workbench) -> Surroundings:
    """Of a cycle under way."""
    regime = run.regime
    volatile = (
        None
        if regime is None
        else volatile_part([kind is RegimeKind.VOLATILE for kind in regime.kinds], regime.probabilities)
    )
    return surroundings_at(
        run.bars["close"],
        float(run.features["atr_close"].iloc[-1]) if "atr_close" in run.features else np.nan,
        run.instrument,
        run.request.timeframe,
        run.forecasts,
        volatile,
        run.quality.score if run.quality else None,
        bench.settings,
        bench.settings.costs.record(),
    )


def surroundings_at(
    closes: pd.Series,
    atr: float,
    instrument: Instrument,
    timeframe: Timeframe,
    forecasts: Sequence[Forecast],
    volatile: float | None,
    quality: float | None,
    settings: Settings,
    costs: Costs,
) -> Surroundings:
    """Of the close of one bar.

    Args:
        closes: up to that bar; the last 251 are read.
        atr: feature atr_close of that bar; null where it is not known.
        forecasts: of that bar, nearest horizon first.
        volatile: probability of a volatile regime; None where no model knows.
        quality: score of the bars, 0…100.
        costs: those that the book pays.
    """
    price = closes.iloc[-(RETURNS + 1) :].to_numpy(dtype="float64", copy=True)
    returns: list[float] = np.diff(np.log(price)).tolist()
    return Surroundings(
        volatility=yearly_volatility(returns, instrument.bars_per_year(timeframe)),
        volatile=volatile,
        trust=None if quality is None else min(1.0, max(0.0, quality / 100.0)),
        atr=float(atr) if np.isfinite(atr) and atr > 0 else None,
        leans=_leans(returns, forecasts, settings),
        levels=_levels(forecasts, settings),
        costs=costs,
    )


def volatile_part(volatile: Sequence[bool], probabilities: Sequence[float]) -> float | None:
    """Probability of the states of the volatile kind; None where one is not known."""
    total = sum((chance for wild, chance in zip(volatile, probabilities, strict=True) if wild), 0.0)
    return None if total != total else min(1.0, total)


def _leans(returns: Sequence[float], forecasts: Sequence[Forecast], settings: Settings) -> tuple[Lean, ...]:
    """Of the forecasts with skill: their barriers lie `predict.barrier_width` standard deviations away."""
    recent = np.array(returns[-_SIGMA:])
    sigma = float(np.sqrt(np.mean((recent - recent.mean()) ** 2))) if len(recent) == _SIGMA else 0.0
    if not sigma > 0.0:
        return ()
    found = []
    for said in forecasts:
        reached = said.p_up + said.p_down
        if said.calibrated and reached > 0.0:
            reach = float(np.expm1(settings.predict.barrier_width * sigma * np.sqrt(said.bars)))
            found.append(Lean(f"forecast:{said.horizon}", said.p_up / reached, reach))
    return tuple(found)


def _levels(forecasts: Sequence[Forecast], settings: Settings) -> Levels | None:
    """Of the nearest horizon with skill, where they are asked for."""
    if not settings.sizing.levels:
        return None
    return next((said.levels for said in forecasts if said.calibrated and said.levels is not None), None)
