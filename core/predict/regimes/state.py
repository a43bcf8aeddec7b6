"""Where a market stands now, in numbers and in words."""

from datetime import UTC

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.predict.regimes.filtering import WINDOW, regime_probabilities
from core.predict.regimes.model import RegimeModel
from core.records import Instrument, RegimeKind, RegimeState, Timeframe

MANNERS = {
    RegimeKind.TREND: "a trend: the price goes further one way than chance would take it",
    RegimeKind.RANGE: "a range: the price comes and goes",
    RegimeKind.VOLATILE: "a volatile market: moves are far wider than at other times",
}
"""What each kind means, to a reader."""


def regime_state(
    model: RegimeModel, bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe
) -> RegimeState:
    """The regime at the close of the last bar.

    Args:
        model: fitted to bars that had closed by then.
        bars: closed bars; the last 250 say where the market stands, up to 249 before them since when.

    Raises:
        NotEnoughHistory: fewer than 250 bars.
    """
    if len(bars) < WINDOW:
        raise NotEnoughHistory(
            f"{instrument.symbol} {timeframe.value}: the regime needs {WINDOW} closed bars and has {len(bars)}; fetch a longer history."
        )
    probability, lasting = _now_and_since(model, bars.iloc[-(2 * WINDOW - 1) :])
    yearly = instrument.bars_per_year(timeframe)
    probabilities = tuple(probability.tolist())
    volatility = tuple((model.volatility * np.sqrt(yearly)).tolist())
    return RegimeState(
        kinds=model.kinds,
        probabilities=probabilities,
        yearly_volatility=volatility,
        yearly_drift=tuple((model.drift * yearly).tolist()),
        expected_bars=tuple(model.expected_bars.tolist()),
        bars_in_state=lasting,
        fitted_until=(model.last_opened + timeframe.delta).to_pydatetime().astimezone(UTC),
        words=_words(model, probabilities, volatility, lasting),
    )


def _now_and_since(model: RegimeModel, recent: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Probabilities at the last bar, and for how many bars the likeliest state has been that; at most 250 are counted."""
    countable = len(recent) - WINDOW + 1
    looked = min(8, countable)
    while True:
        found = regime_probabilities(model, recent, np.arange(len(recent) - looked, len(recent)))
        likeliest = found.argmax(axis=1)
        changed = np.flatnonzero(likeliest != likeliest[-1])
        if len(changed):
            return found[-1], looked - 1 - int(changed[-1])
        if looked == countable:
            return found[-1], looked
        looked = min(4 * looked, countable)  # most visits are short: this is on the way of every forecast


def state_names(kinds: tuple[RegimeKind, ...]) -> tuple[str, ...]:
    """A name for each state that no other has: its kind, with calm and wild where two are of one kind.

    Args:
        kinds: of the states, calmest first.
    """
    names = []
    for place, kind in enumerate(kinds):
        alike = [number for number, other in enumerate(kinds) if other is kind]
        rank = alike.index(place)
        if len(alike) == 1:
            names.append(kind.value)
        elif len(alike) == 2:
            names.append(f"{('calmer', 'wilder')[rank]} {kind.value}")
        else:
            names.append(f"{kind.value} {rank + 1}")
    return tuple(names)


def _words(
    model: RegimeModel, probabilities: tuple[float, ...], volatility: tuple[float, ...], lasting: int
) -> str:
    now = int(np.argmax(probabilities))
    sure = (
        "Very likely" if probabilities[now] >= 0.9 else "Likely" if probabilities[now] >= 0.6 else "Perhaps"
    )
    share = f"{probabilities[now]:.0%}" if probabilities[now] < 0.995 else "over 99%"
    since = f"{WINDOW} bars or more" if lasting >= WINDOW else f"{lasting} bar{'s' if lasting != 1 else ''}"
    return (
        f"{sure} ({share}) {MANNERS[model.kinds[now]]}. It has been the likeliest state for {since}; "
        f"a visit lasts {model.expected_bars[now]:.0f} bars on average. Volatility in it: {volatility[now]:.0%} a year."
    )
