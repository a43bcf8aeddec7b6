"""Which regime a market is in and was in, and how volatile it will be; with how good such forecasts were."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features import WARMUP
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import stored_or_sample
from core.predict import Horizon, horizons
from core.predict.regimes import (
    BARS_NEEDED,
    WINDOW,
    RegimeModel,
    change_points,
    fit_regimes,
    regime_probabilities,
    regime_state,
    state_names,
)
from core.predict.volatility import fit_volatility, past_forecasts, volatility_forecasts
from core.records import Instrument, RegimeKind, RegimeState, Timeframe, VolatilityForecast
from core.views.number import Number

_FITTED = 0.4
"""Of the bars at hand, that the regimes of the others are fitted to."""


@dataclass(frozen=True, slots=True, eq=False)
class Regimes:
    """The hidden states of one series, as they could be known bar by bar."""

    state: RegimeState
    names: tuple[str, ...]
    """Of the states, to a reader."""
    probabilities: pd.DataFrame
    """Filtered, a column for each state, on the bars after those that the parameters were fitted to."""
    changes: pd.DatetimeIndex
    """Change points; seen afterwards."""
    table: pd.DataFrame
    """What each state is like: regime, share, volatility, drift (a visit), straightness, autocorrelation, lasts."""
    numbers: tuple[Number, ...]
    provenance: str
    """What the parameters come from, in a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class VolatilityOutlook:
    """Forecasts from the last bar, and the record of such forecasts."""

    forecasts: tuple[VolatilityForecast, ...]
    """One for each horizon, nearest first."""
    past: tuple[pd.DataFrame, ...]
    """For each horizon: date; a column for each candidate and realised; see `past_forecasts`."""
    usual: float
    """Standard deviation of the log return of a bar over all bars at hand."""
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RegimesView:
    """Regimes and volatility of one series."""

    bars: pd.DataFrame
    """Closed bars at hand; empty when there are none."""
    regimes: Regimes | None
    volatility: VolatilityOutlook | None
    refusal: str
    """Why one or both are missing, and what to do; empty when neither is."""


def regimes(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> RegimesView:
    """Fit both to the bars at hand, without asking the network; takes about a second for 3,000 bars."""
    instrument = resolve(symbol)
    count = bench.settings.collect.train_bars + WARMUP
    held = stored_or_sample(bench, instrument, timeframe, source, count)
    if held.bars.empty:
        return RegimesView(held.bars, None, None, f"No {timeframe} bars of {symbol} are at hand. Fetch them on the Market page, or choose another source.")  # fmt: skip
    known = _regimes(bench, held.bars, instrument, timeframe)
    ahead = _volatility(bench, held.bars)
    return RegimesView(held.bars, known, ahead, _refusal(len(held.bars), known, ahead))


def _regimes(
    bench: Workbench, bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe
) -> Regimes | None:
    """Fitted once to the first part of the bars; everything that is shown lies after it."""
    settings = bench.settings.predict
    fitted = max(int(_FITTED * len(bars)), BARS_NEEDED)
    if len(bars) < fitted + WINDOW:
        return None
    model = fit_regimes(bars.iloc[:fitted], settings.regime_states, settings.regime_starts, settings.seed)
    if model is None:
        return None
    names = state_names(model.kinds)
    rows = np.arange(fitted, len(bars))
    found = regime_probabilities(model, bars, rows)
    state = regime_state(model, bars, instrument, timeframe)
    return Regimes(
        state=state,
        names=names,
        probabilities=pd.DataFrame(found, index=bars.index[rows], columns=list(names)),
        changes=change_points(bars),
        table=_table(model, state, names),
        numbers=_regime_numbers(state, names),
        provenance=f"Fitted once to {fitted:,} bars until {state.fitted_until:%Y-%m-%d %H:%M} UTC; every bar shown came later, "
        f"and its probabilities look at the {WINDOW} bars up to it, never ahead. A trained model carries a fit of its own.",
    )


def _table(model: RegimeModel, state: RegimeState, names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "regime": names,
            "share": model.share,
            "volatility": state.yearly_volatility,
            "drift": model.drift * model.expected_bars,
            "straightness": model.efficiency,
            "autocorrelation": model.autocorrelation,
            "lasts": state.expected_bars,
        }
    )


def _volatility(bench: Workbench, bars: pd.DataFrame) -> VolatilityOutlook | None:
    settings = bench.settings.predict
    wanted: tuple[Horizon, ...] = horizons(settings)
    model = fit_volatility(bars, wanted)
    if model is None:
        return None
    ahead = volatility_forecasts(model, bars, wanted)
    past = past_forecasts(bars, wanted)
    return VolatilityOutlook(ahead, past, float(np.sqrt(model.level)), _volatility_numbers(ahead))


_KIND_MEANINGS = {
    RegimeKind.TREND: "the price comes straighter than chance, or drifts more than chance moves it",
    RegimeKind.RANGE: "the price comes and goes",
    RegimeKind.VOLATILE: "returns spread at least 1.75 times as wide as at all other times",
}


def _regime_numbers(state: RegimeState, names: tuple[str, ...]) -> tuple[Number, ...]:
    now, since = state.likeliest, state.bars_in_state
    return (
        Number("Regime now", names[now], f"The likeliest hidden state at the last close: {_KIND_MEANINGS[state.kind]}. Named by its fitted moments, not by hand."),
        Number("Probability", f"{state.probabilities[now]:.0%}" if state.probabilities[now] < 0.995 else "over 99%", "Filtered: by what was known at the last close. Shortly after a change it is low, because one bar proves little."),
        Number("Likeliest for", f"{since} bar{'s' if since != 1 else ''}", f"Bars since it became the likeliest state. A visit lasts {state.expected_bars[now]:.0f} bars on average."),
        Number("Volatility in it", f"{state.yearly_volatility[now]:.0%}", "Standard deviation of the log returns of this state, a year."),
    )  # fmt: skip


def _volatility_numbers(ahead: tuple[VolatilityForecast, ...]) -> tuple[Number, ...]:
    return tuple(
        Number(f"Next {item.bars} bars", f"±{item.sigma:.2%}", f"One standard deviation of the {item.horizon} horizon by {item.model.upper()}: about two in three outcomes lie within, if the forecast is right.")
        for item in ahead
    )  # fmt: skip


def _refusal(count: int, known: Regimes | None, ahead: VolatilityOutlook | None) -> str:
    if ahead is None:
        return f"The {count:,} bars at hand are too few, or the price never moved. Fetch a longer history on the Market page."
    if known is not None:
        return ""
    needed = BARS_NEEDED + WINDOW
    if count < needed:
        return f"Regimes need {needed} bars, and {count:,} are at hand. Fetch a longer history on the Market page."
    return "No two regimes could be told apart in these bars, or regimes are switched off (setting predict.regime_states)."
