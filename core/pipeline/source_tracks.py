"""What every source said at past bars and what came of it: strategies, forecasts and mood on one footing.

Strategies: their rule at every past bar. Forecasts: those that training made of bars which it had held back, kept with
the model. Mood: what cycles wrote down when they ran, as far as they ran before this one began. An outcome counts from
the bar on at which it is known, so that a replay and a backtest find what the cycle found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from core.pipeline.run import Run, Workbench
from core.predict.labels import horizon_sigma
from core.records import Costs, Forecast, Signal, SourceTrack, Timeframe
from core.settings import PredictSettings, Settings
from core.signals import Opinion, Strategy, base_weights
from core.signals.from_forecasts import forecast_opinions
from core.signals.weights import Past, Tracks, memory, moves, net_gains, tracks_at, weighing
from core.store.model_scores import read_oos
from core.store.weights import WeightSeries, read_said

MOOD = "sentiment"


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What k sources said at n bars, and what came of it."""

    pasts: tuple[Past, ...]
    gains: tuple[np.ndarray, ...]
    """Of each, (n,); see `core.signals.weights.net_gains`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the sources, in order."""
        return tuple(past.source for past in self.pasts)

    def tracks(self, rows: np.ndarray, begin: np.ndarray, half_life: float) -> Tracks:
        """How the sources had done at the close of each of `rows`, from opinions since `begin`."""
        return tracks_at(self.gains, [past.horizon for past in self.pasts], rows, begin, half_life)


class Outcomes:
    """What came of opinions about the bars of one series; every horizon is computed once."""

    def __init__(self, bars: pd.DataFrame, costs: Costs, first: int = 0) -> None:
        """`first`: bar from which opinions are looked at."""
        self._first = first
        self._open, self._close = bars["open"].to_numpy(), bars["close"].to_numpy()
        self._toll = 2.0 * (costs.fee + costs.half_spread + costs.slippage)
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def gain(self, past: Past) -> np.ndarray:
        """Net gain of each opinion, (n,)."""
        if past.horizon not in self._known:
            move = moves(self._open[self._first :], self._close[self._first :], past.horizon)
            sigma = horizon_sigma(self._close, past.horizon)[self._first :]
            self._known[past.horizon] = move, sigma
        return net_gains(past, *self._known[past.horizon], self._toll)

    def heard(self, pasts: Sequence[Past]) -> Heard:
        """Several sources, from the first bar on, with what came of their opinions."""
        since = tuple(
            Past(past.source, past.horizon, past.direction[self._first :], past.confidence[self._first :])
            for past in pasts
        )
        return Heard(since, tuple(self.gain(past) for past in since))


def horizon_bars(horizon: str, settings: PredictSettings) -> int:
    """Bars of a horizon's name; of one that has no such name those of the medium one."""
    bars = {"short": settings.short_bars, "medium": settings.medium_bars, "long": settings.long_bars}
    return bars.get(horizon, settings.medium_bars)


def past_of_strategy(strategy: Strategy, said: Opinion, settings: PredictSettings) -> Past:
    """A strategy's rule at every bar."""
    return Past(strategy.name, horizon_bars(strategy.horizon, settings), said.direction, said.confidence)


def past_lead(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Open times (µs) and lead over the base rates of a training's out-of-sample forecasts."""
    if frame.empty:
        return np.zeros(0, np.int64), np.zeros(0)
    up = frame["p_up"].to_numpy(dtype=float) - frame["base_up"].to_numpy(dtype=float)
    down = frame["p_down"].to_numpy(dtype=float) - frame["base_down"].to_numpy(dtype=float)
    return pd.DatetimeIndex(frame.index).as_unit("us").asi8, up - down


def past_of_forecast(
    horizon: str, bars: int, opened: np.ndarray, lead: np.ndarray, times: np.ndarray
) -> Past:
    """Out-of-sample forecasts put on the bars of a series; silent where there is none.

    Args:
        opened, lead: see `past_lead`.
        times: (n,) open times of the bars, µs.
    """
    place = np.searchsorted(times, opened)
    known = (place < len(times)) & (times[np.minimum(place, len(times) - 1)] == opened)
    spread = np.full(len(times), np.nan)
    spread[place[known]] = lead[known]
    return Past(f"forecast:{horizon}", bars, *forecast_opinions(spread))


def past_of_mood(said: pd.DataFrame, bars: int, times: np.ndarray, timeframe: Timeframe) -> Past:
    """Stored moods put on the last bar that had closed at each; see `core.store.weights.read_said`.

    Args:
        times: (n,) open times of the bars, µs.
    """
    direction, confidence = np.zeros(len(times), np.int8), np.zeros(len(times))
    moments = pd.DatetimeIndex(said["as_of"]).as_unit("us").asi8 - timeframe.delta // timedelta(
        microseconds=1
    )
    place = np.searchsorted(times, moments, side="right") - 1
    known = place >= 0
    direction[place[known]] = said["direction"].to_numpy()[known]
    confidence[place[known]] = said["confidence"].to_numpy()[known]
    return Past(MOOD, bars, direction, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """What is stored of past opinions that no rule can give again."""

    leads: Mapping[str, tuple[np.ndarray, np.ndarray]]
    """Horizon → open times (µs) and leads of its model's out-of-sample forecasts; see `past_lead`."""
    moods: pd.DataFrame | None = None
    """See `core.store.weights.read_said`; None: there is no mood now, so its past does not matter."""


def remembered(run: Run, bench: Workbench) -> Remembered:
    """What is stored of the past opinions of a cycle's sources, as it was known when the cycle began."""
    settings = bench.settings
    leads = {said.horizon: past_lead(read_oos(bench.store, said.model_id)) for said in run.forecasts}
    moods = None
    if run.sentiment is not None and run.sentiment.score is not None:
        since = run.bars.index[recent(run, settings)].to_pydatetime()
        moods = read_said(bench.store, series_of(run), MOOD, since, run.as_of, run.started_at)
    return Remembered(leads, moods)


def recent(run: Run, settings: Settings) -> int:
    """First bar of a run that tracks look at."""
    return max(0, len(run.bars) - memory(settings.signals, settings.collect.train_bars))


def heard_by(run: Run, bench: Workbench, opinions: Sequence[tuple[Strategy, Opinion]]) -> Heard:
    """What the sources of a cycle said at all bars of its run, and what came of it, as it was known when it began."""
    return heard_since(run, bench.settings, opinions, remembered(run, bench))


def heard_since(
    run: Run,
    settings: Settings,
    opinions: Sequence[tuple[Strategy, Opinion]],
    kept: Remembered,
    first: int = 0,
) -> Heard:
    """What the sources of a cycle said from a bar on, and what came of it.

    Args:
        opinions: of every strategy at every bar of the run.
        kept: what was said besides.
    """
    times = pd.DatetimeIndex(run.bars.index).as_unit("us").asi8
    pasts = [past_of_strategy(one, said, settings.predict) for one, said in opinions]
    pasts += [
        past_of_forecast(said.horizon, said.bars, *kept.leads[said.horizon], times) for said in run.forecasts
    ]
    if kept.moods is not None:
        short = horizon_bars("short", settings.predict)
        pasts.append(past_of_mood(kept.moods, short, times, run.request.timeframe))
    return Outcomes(run.bars, settings.costs.record(), first).heard(pasts)


def series_of(run: Run) -> WeightSeries:
    """The series that a cycle's sources speak about."""
    return WeightSeries(run.instrument.symbol, run.request.timeframe, run.data_source, run.world)


def tracks_now(
    heard: Heard, signals: Sequence[Signal], forecasts: Sequence[Forecast], settings: Settings
) -> tuple[SourceTrack, ...]:
    """Tracks and adapted weights at the close of the last bar; empty where weights do not adapt."""
    chosen = settings.signals
    if not chosen.adapt or not heard.pasts:
        return ()
    prior = priors(signals, forecasts, settings)
    row = len(heard.gains[0]) - 1
    begin = max(0, row + 1 - memory(chosen, settings.collect.train_bars))
    tracks = heard.tracks(np.array([row]), np.array([begin]), chosen.half_life_bars)
    given = np.array([[prior.get(name, 0.0)] for name in heard.names])
    return weighing(heard.names, given, tracks, chosen).at(0, heard.names)


def priors(signals: Sequence[Signal], forecasts: Sequence[Forecast], settings: Settings) -> dict[str, float]:
    """Weight of each source by the settings alone, not scaled."""
    found = base_weights(signals, forecasts, rules_of(settings), settings.signals.weight_forecast)
    return {name: weight for name, (weight, _) in found.items()}


def rules_of(settings: Settings) -> dict[str, float]:
    """Weights of the sources that are no forecasts."""
    return settings.signals.by_strategy | {MOOD: settings.sentiment.weight}
