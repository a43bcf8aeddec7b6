"""Adapted weights at every bar, by what was known of each source at that bar."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.pipeline.source_tracks import (
    MOOD,
    Heard,
    Outcomes,
    horizon_bars,
    past_of_forecast,
    past_of_strategy,
    rules_of,
)
from core.pipeline.whole_cycle.forecasts import Asked, WalkForward
from core.records import Costs, Signal, SourceTrack
from core.settings import Settings
from core.signals import Opinion, Strategy
from core.signals.weights import Past, Tracks, Weighing, memory, weighing


class RowTracks:
    """How the sources had done at each row, as a cycle of that row would find it."""

    def __init__(
        self,
        asked: Asked,
        forecasts: WalkForward,
        moods: Sequence[Signal | None],
        opinions: Sequence[tuple[Strategy, Opinion]],
        settings: Settings,
        costs: Costs,
    ) -> None:
        self._asked, self._forecasts, self._settings = asked, forecasts, settings
        self._outcomes = Outcomes(asked.bars, costs)
        predict = settings.predict
        self._rules = [past_of_strategy(one, said, predict) for one, said in opinions]
        self._rule_gains = tuple(self._outcomes.gain(past) for past in self._rules)
        self._mood = _past_of_moods(asked, moods, horizon_bars("short", predict))
        self._by_block: dict[int, tuple[Past, np.ndarray]] = {}
        self._weighing = self._weighed(moods) if settings.signals.adapt else None

    def at(self, row: int, signals: Sequence[Signal], noted: bool = True) -> tuple[SourceTrack, ...]:
        """The tracks of the sources that are there; empty where weights do not adapt. Without words on request."""
        if self._weighing is None:
            return ()
        present = {signal.source for signal in signals}
        return self._weighing.at(row - self._asked.first, present, noted)

    def heard(self, row: int) -> Heard:
        """What strategies and the forecasts that serve a row said at all bars."""
        serving = self._forecasts.serving[:, row]
        blocks = [self._block(number) for number in serving.tolist() if number >= 0]
        pasts = (*self._rules, *(past for past, _ in blocks))
        return Heard(pasts, (*self._rule_gains, *(gain for _, gain in blocks)))

    def _block(self, number: int) -> tuple[Past, np.ndarray]:
        if number not in self._by_block:
            horizon, said = self._forecasts.blocks[number].horizon, self._forecasts.said[number]
            times = pd.DatetimeIndex(self._asked.bars.index).as_unit("us").asi8
            past = past_of_forecast(horizon.name, horizon.bars, said.opened, said.lead, times)
            self._by_block[number] = past, self._outcomes.gain(past)
        return self._by_block[number]

    def _weighed(self, moods: Sequence[Signal | None]) -> Weighing:
        """All sources at all rows: strategies, each horizon by the model that serves the row, and the mood."""
        asked, settings, chosen = self._asked, self._settings, self._settings.signals
        rows = np.arange(asked.first, asked.stop)
        begin = np.maximum(rows + 1 - memory(chosen, settings.collect.train_bars), 0)
        names: list[str] = [past.source for past in self._rules]
        fixed = Heard(tuple(self._rules), self._rule_gains).tracks(rows, begin, chosen.half_life_bars)
        parts = [fixed]
        rules = rules_of(settings)
        prior = [np.full(len(rows), rules.get(name, 0.0)) for name in names]
        serving = self._forecasts.serving[:, asked.first : asked.stop]
        there = np.maximum(1, (serving >= 0).sum(axis=0))
        for own in serving:
            horizon, tracks, has_say = self._horizon(own, rows, begin)
            if horizon:
                names.append(f"forecast:{horizon}")
                parts.append(tracks)
                prior.append(np.where(has_say, chosen.weight_forecast / there, 0.0))
        names.append(MOOD)
        gain = self._outcomes.gain(self._mood)
        parts.append(Heard((self._mood,), (gain,)).tracks(rows, begin, chosen.half_life_bars))
        spoke = np.array([mood is not None for mood in moods])
        prior.append(np.where(spoke, rules.get(MOOD, 0.0), 0.0))
        return weighing(names, np.array(prior), _stacked(parts), chosen)

    def _horizon(
        self, serving: np.ndarray, rows: np.ndarray, begin: np.ndarray
    ) -> tuple[str, Tracks, np.ndarray]:
        """Name, tracks and say of one horizon at all rows; no name where no model of it ever serves."""
        shape = (1, len(rows))
        tracks = Tracks(np.zeros(shape, np.int64), np.zeros(shape), np.full(shape, np.nan))
        has_say, name = np.zeros(len(rows), dtype=bool), ""
        for number in dict.fromkeys(serving[serving >= 0].tolist()):
            own = np.flatnonzero(serving == number)
            past, gain = self._block(number)
            name = self._forecasts.blocks[number].horizon.name
            found = Heard((past,), (gain,)).tracks(
                rows[own], begin[own], self._settings.signals.half_life_bars
            )
            tracks.opinions[0, own], tracks.effective[0, own] = found.opinions[0], found.effective[0]
            tracks.gain[0, own] = found.gain[0]
            said = self._forecasts.said[number].said
            has_say[own] = said is not None and said.calibrated
        return name, tracks, has_say


def _past_of_moods(asked: Asked, moods: Sequence[Signal | None], bars: int) -> Past:
    """The mood at each row of the backtest; what earlier cycles may have heard is not known."""
    direction, confidence = np.zeros(len(asked.bars), np.int8), np.zeros(len(asked.bars))
    for place, mood in enumerate(moods):
        if mood is not None:
            direction[asked.first + place] = int(mood.direction)
            confidence[asked.first + place] = mood.confidence
    return Past(MOOD, bars, direction, confidence)


def _stacked(parts: Sequence[Tracks]) -> Tracks:
    return Tracks(
        np.concatenate([part.opinions for part in parts]),
        np.concatenate([part.effective for part in parts]),
        np.concatenate([part.gain for part in parts]),
    )
