"""What an agent sees at a close: some features, the mood of the texts, forecasts, and its own book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.records import ObservedInput

FEATURES, SENTIMENT, FORECASTS, BOOK = "features", "sentiment", "forecasts", "book"
"""Groups of inputs."""
LEADS = ("lead_short", "lead_medium", "lead_long")
"""Columns of forecasts: probability up less probability down."""
MOOD = "news_score"
"""Column of the mood of the texts, −1 … 1."""
FLAGS = {SENTIMENT: "mood_known", FORECASTS: "forecast_known"}
"""1 where a group is known; where it is not, its numbers are 0."""
BOOK_INPUTS = {
    "position": "value held, in shares of the largest position",
    "unrealised": "gain of the position since its entry",
    "drawdown": "equity below its highest value so far (log)",
}
CLIP = 8.0
"""Deviations from the mean beyond which a scaled number is cut off: one wild bar must not move a network."""


@dataclass(frozen=True, slots=True)
class Observer:
    """From known columns to the rows that agents see."""

    inputs: tuple[ObservedInput, ...]
    """Of an observation, in order: features, mood and its flag, forecasts and their flag, book."""

    @property
    def width(self) -> int:
        """Numbers of an observation."""
        return len(self.inputs)

    @property
    def market_inputs(self) -> tuple[ObservedInput, ...]:
        """All but the book's."""
        return self.inputs[: -len(BOOK_INPUTS)]

    @property
    def book_scale(self) -> np.ndarray:
        """(book inputs,) what the book's numbers are divided by."""
        return np.array([each.deviation for each in self.inputs[-len(BOOK_INPUTS) :]])

    def market_rows(self, known: pd.DataFrame) -> np.ndarray:
        """The market's part of observations.

        Args:
            known: a row for each bar; columns as given to `observer_for`. A column that is missing counts as unknown,
                unless it is a feature.

        Returns:
            (n, inputs without the book's) float32; what is not known is the mean of the learning part (0), or 0 beside
            a flag of 0.

        Raises:
            InputError: a feature that the agents learnt from no longer exists.
        """
        return self._scaled(self.raw_rows(known))

    def market_row(self, known: Mapping[str, float]) -> np.ndarray:
        """As `market_rows` for one bar, (inputs without the book's,) float32, from plain numbers."""
        flags = {FLAGS[SENTIMENT]: (MOOD,), FLAGS[FORECASTS]: LEADS}
        raw = np.empty(len(self.market_inputs))
        for i, each in enumerate(self.market_inputs):
            if each.name in flags:
                raw[i] = float(any(not np.isnan(known.get(name, np.nan)) for name in flags[each.name]))
            elif each.name not in known and each.group == FEATURES:
                raise _gone(each.name)
            else:
                raw[i] = known.get(each.name, np.nan)
        return self._scaled(raw)

    def _scaled(self, raw: np.ndarray) -> np.ndarray:
        mean = np.array([each.mean for each in self.market_inputs])
        deviation = np.array([each.deviation for each in self.market_inputs])
        scaled = np.nan_to_num((raw - mean) / deviation, nan=0.0, posinf=CLIP, neginf=-CLIP)
        return np.clip(scaled, -CLIP, CLIP).astype(np.float32)

    def raw_rows(self, known: pd.DataFrame) -> np.ndarray:
        """As `market_rows`, before scaling: (n, …) float64, null where not known."""
        columns = [self._column(each, known) for each in self.market_inputs]
        return np.column_stack(columns)

    def _column(self, each: ObservedInput, known: pd.DataFrame) -> np.ndarray:
        if each.name in FLAGS.values():
            return _known(known, MOOD if each.group == SENTIMENT else LEADS)
        if each.name in known.columns:
            return known[each.name].to_numpy(dtype=float)
        if each.group == FEATURES:
            raise _gone(each.name)
        return np.full(len(known), np.nan)


def _gone(name: str) -> InputError:
    return InputError(f"The agents learnt from the feature {name}, which no longer exists: train them again.")


def observer_for(
    known: pd.DataFrame, names: Sequence[str], words: Mapping[str, str], mood: bool, sigma: float, size: float
) -> Observer:
    """Scales of an observation, from the learning part alone.

    Args:
        known: the bars to learn from: the features of `names`, and where there are any MOOD and LEADS.
        names: features to look at.
        words: what each says.
        mood: whether the mood of the texts is looked at.
        sigma: standard deviation of ten bars' log return in the learning part; the book's gains are measured in it.
        size: largest position as a share of equity.

    Raises:
        InputError: there is no such feature.
    """
    unknown = [name for name in names if name not in known.columns]
    if unknown:
        raise InputError(f"There is no feature {unknown[0]!r} for agents to look at: correct agent.features.")
    inputs = [_scaled(name, words.get(name, name), FEATURES, known[name]) for name in names]
    if mood:
        inputs += [
            ObservedInput(MOOD, words.get(MOOD, "how the headlines sound"), SENTIMENT, 0.0, 1.0),
            ObservedInput(FLAGS[SENTIMENT], "whether there are headlines", SENTIMENT, 0.0, 1.0),
        ]
    for lead in LEADS:
        horizon = lead.removeprefix("lead_")
        inputs.append(ObservedInput(lead, f"{horizon} forecast: up less down", FORECASTS, 0.0, 1.0))
    inputs.append(ObservedInput(FLAGS[FORECASTS], "whether there are forecasts", FORECASTS, 0.0, 1.0))
    scale = max(sigma, 1e-9)
    for name, deviation in zip(BOOK_INPUTS, (1.0, scale, scale * size), strict=True):
        inputs.append(ObservedInput(name, BOOK_INPUTS[name], BOOK, 0.0, deviation))
    return Observer(tuple(inputs))


def _scaled(name: str, words: str, group: str, values: pd.Series) -> ObservedInput:
    found = values.to_numpy(dtype=float)
    found = found[np.isfinite(found)]
    if not len(found):
        return ObservedInput(name, words, group, 0.0, 1.0)
    deviation = float(found.std())
    return ObservedInput(name, words, group, float(found.mean()), deviation if deviation > 1e-12 else 1.0)


def _known(known: pd.DataFrame, columns: str | Sequence[str]) -> np.ndarray:
    """(n,) 1 where at least one of the columns is known."""
    wanted = [columns] if isinstance(columns, str) else list(columns)
    found = [name for name in wanted if name in known.columns]
    if not found:
        return np.zeros(len(known))
    return known[found].notna().any(axis=1).to_numpy(dtype=float)
