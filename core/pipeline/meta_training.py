"""Training of the meta-model: past bars fused as cycles would have fused them, their trades, an honest score."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.pipeline.source_tracks import MOOD, Heard
from core.predict import average_uniqueness, score, walk_forward
from core.predict.one_thread import one_thread
from core.records import Costs, Instrument, MetaModel, Timeframe
from core.settings import Settings
from core.signals.meta import (
    MARKET,
    Exits,
    Primary,
    Regression,
    events_of,
    exits_of,
    fit_regression,
    input_names,
    luck,
    meta_inputs,
    primary_of,
    trade_outcomes,
)
from core.signals.weights import memory, weighing

EVENTS = 120
"""Events that are looked for, by a lower threshold where the usual one gives fewer."""
FEWEST = 60
"""Events below which nothing is learnt."""
FOLDS = 5
SCORED = 60
"""Rows scored out of sample below which the score counts for nothing."""
INDEPENDENT = 15.0
"""The same in independent rows."""
SURE = 1.645
"""Standard errors by which the score must beat the base rate: one time in twenty it does so by luck."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is known of a series at a moment: n closed bars, and what the sources said at each."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    bars: pd.DataFrame
    features: pd.DataFrame
    heard: Heard
    """Strategies and forecasts; mood is left out, because it is known of few past bars."""
    prior: dict[str, float]
    """Weight of each of these sources by the settings."""
    as_of: datetime
    costs: Costs
    settings: Settings

    @property
    def exits(self) -> Exits:
        """How the trades of the labels end: stop, target and time limit of the settings, else the long horizon."""
        return exits_for(self.settings, self.instrument, self.timeframe, self.costs)

    @property
    def recipe(self) -> str:
        """Hash of how a meta-model is made."""
        return recipe_for(self.heard.names, self.exits, self.settings)


def recipe_for(sources: Sequence[str], exits: Exits, settings: Settings) -> str:
    """Hash of how a meta-model of these strategies is made; horizons of forecasts among the sources change nothing."""
    chosen, asked = settings.signals.model_dump(exclude={"meta"}), settings.predict
    bars = (settings.collect.train_bars, asked.short_bars, asked.medium_bars, asked.long_bars)
    return hashlib.sha256(repr((input_names(sources), exits, bars, chosen)).encode()).hexdigest()[:16]


def exits_for(settings: Settings, instrument: Instrument, timeframe: Timeframe, costs: Costs) -> Exits:
    """Stop, target and time limit of the settings; without a time limit the long horizon."""
    risk = settings.risk
    limit = risk.time_limit or settings.predict.long_bars
    return exits_of(risk.stop_loss, risk.take_profit, limit, costs, instrument.bars_per_year(timeframe))


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The labels of a scene."""

    inputs: np.ndarray
    """(m, inputs)"""
    gained: np.ndarray
    """(m,) 0 or 1."""
    start: np.ndarray
    """(m,) bars, ascending."""
    touch: np.ndarray
    """(m,) bar at which the trade ended."""
    limit: int
    threshold: float


def past_signal(scene: Scene) -> tuple[Primary, int]:
    """The fused signal of the last `train_bars` bars with the weights of each moment, and the first of these bars."""
    chosen, heard = scene.settings.signals, scene.heard
    total = len(scene.bars)
    first = max(0, total - scene.settings.collect.train_bars)
    rows = np.arange(first, total)
    direction = np.array([past.direction[first:] for past in heard.pasts], dtype=float)
    confidence = np.array([past.confidence[first:] for past in heard.pasts])
    prior = np.array([[scene.prior.get(name, 0.0)] for name in heard.names])
    weight = np.repeat(prior, len(rows), axis=1)
    if chosen.adapt:
        begin = np.maximum(rows + 1 - memory(chosen, scene.settings.collect.train_bars), first)
        tracks = heard.tracks(rows, begin, chosen.half_life_bars)
        weight = weighing(heard.names, weight, tracks, chosen).weight
    return primary_of(heard.names, direction, confidence, weight), first


def labelled_events(scene: Scene) -> Events:
    """Past bars with a confident signal whose trade has had all its time, and whether it gained."""
    primary, first = past_signal(scene)
    exits = scene.exits
    names = input_names(scene.heard.names)
    usable = primary.score.copy()
    usable[max(0, len(usable) - exits.limit) :] = 0.0
    rows, threshold = events_of(usable, scene.settings.signals.threshold, EVENTS)
    bars = scene.bars[["open", "high", "low", "close"]].to_numpy()[first:]
    net, touch = trade_outcomes(rows, np.sign(primary.score[rows]), bars, exits)
    market = {name: scene.features[name].to_numpy()[first:][rows] for name in MARKET}
    inputs = meta_inputs(names, _at(primary, rows), market)
    return Events(inputs, (net > 0.0).astype(np.int64), rows, touch, exits.limit, threshold)


def train_meta(scene: Scene) -> MetaModel:
    """The meta-model of a moment, from all labels that are complete by then."""
    return learn(scene, labelled_events(scene))


def learn(scene: Scene, events: Events) -> MetaModel:
    """Score the way of training on the past only, then fit it to all labels; METHOD.md §1.

    Purging is by the bar at which a trade's time limit passes: by its touch alone, trades that were settled early would
    be over-represented at the end of every training part.
    """
    count = len(events.gained)
    blank = _blank(scene, events)
    both = 0 < events.gained.sum() < count
    if count < FEWEST or not both:
        words = f"{count} past signals reach {events.threshold:.2f}; {FEWEST} with gains and losses are needed to learn from."
        return _named(blank, words=words)
    weight = average_uniqueness(events.start, events.touch)
    with one_thread():
        rows, probability, base = _out_of_sample(events, weight)
        fitted = fit_regression(events.inputs, events.gained, weight)
    effective = float(average_uniqueness(events.start[rows], events.touch[rows]).sum())
    return _judged(blank, scene, events, fitted, weight, rows, probability, base, effective)


def _out_of_sample(events: Events, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows scored, their probabilities, and the base rates known before them."""
    rows, said, known = [], [], []
    for split in walk_forward(events.start, events.start + events.limit, FOLDS):
        past = events.gained[split.train]
        if len(past) < FEWEST // 3 or not 0 < past.sum() < len(past):
            continue
        own = average_uniqueness(events.start[split.train], events.touch[split.train])
        fitted = fit_regression(events.inputs[split.train], past, own)
        rows.append(split.test)
        said.append(fitted.probability(events.inputs[split.test]))
        known.append(np.full(len(split.test), float(np.average(past, weights=own))))
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    return np.concatenate(rows), np.concatenate(said), np.concatenate(known)


def _judged(
    blank: MetaModel, scene: Scene, events: Events, fitted: Regression, weight: np.ndarray,
    rows: np.ndarray, probability: np.ndarray, base: np.ndarray, effective: float,
) -> MetaModel:  # fmt: skip
    model = replace(
        blank,
        inputs=input_names(scene.heard.names),
        mean=tuple(fitted.mean.tolist()),
        scale=tuple(fitted.scale.tolist()),
        weight=tuple(fitted.weight.tolist()),
        intercept=fitted.intercept,
        base=float(np.average(events.gained, weights=weight)),
        effective=float(weight.sum()),
    )
    if not len(rows):
        return _named(
            model, words="Too few past signals lie apart from each other to score it out of sample."
        )
    outcome = events.gained[rows]
    found = score(outcome, np.column_stack((1 - probability, probability)), np.column_stack((1 - base, base)))
    lucky = luck(outcome, probability, base, effective)
    enough = len(rows) >= SCORED and effective >= INDEPENDENT
    earned = enough and found.beats_base and lucky is not None and lucky >= SURE
    words = _words(len(rows), effective, found.skill, found.beats_base, lucky, enough)
    return _named(
        replace(
            model, rows=len(rows), skill=found.skill, log_loss=found.log_loss, log_loss_base=found.log_loss_base,
            auc=found.auc, luck=lucky, earned=earned,
        ),
        words=words,
    )  # fmt: skip


def _words(rows: int, effective: float, skill: float, beats: bool, lucky: float | None, enough: bool) -> str:
    scored = f"skill {skill:+.3f} on {rows:,} past signals worth {effective:.0f} independent ones"
    if not enough:
        return f"It has no say: {scored}, and {SCORED} worth {INDEPENDENT:.0f} are needed."
    if not beats:
        return f"It has no say: it does not beat the base rate out of sample ({scored})."
    if lucky is None or lucky < SURE:
        return f"It has no say: its lead over the base rate may be luck ({scored}, {lucky or 0.0:.1f} standard errors)."
    return f"It has a say: it beats the base rate out of sample ({scored}, {lucky:.1f} standard errors)."


def _blank(scene: Scene, events: Events) -> MetaModel:
    last = int(events.start[-1]) + events.limit if len(events.start) else 0
    first = max(0, len(scene.bars) - scene.settings.collect.train_bars)
    closed = scene.bars.index[min(first + last, len(scene.bars) - 1)].to_pydatetime() + scene.timeframe.delta
    return MetaModel(
        "", scene.instrument.symbol, scene.timeframe, scene.source, scene.recipe, scene.as_of,
        min(closed, scene.as_of), (), (), (), (), 0.0, events.threshold, events.limit, len(events.gained), 0.0, 0.0,
    )  # fmt: skip


def _named(model: MetaModel, words: str) -> MetaModel:
    known = repr((model.recipe, model.as_of, model.weight, model.intercept, model.skill))
    tail = hashlib.sha256(known.encode()).hexdigest()[:8]
    name = f"meta-{model.symbol.lower()}-{model.timeframe}-{model.as_of:%Y%m%dT%H%M}-{tail}"
    return replace(model, id=name, words=words)


def _at(primary: Primary, rows: np.ndarray) -> Primary:
    parts = {name: values[rows] for name, values in primary.contributions.items()}
    return Primary(primary.score[rows], primary.disagreement[rows], primary.speakers[rows], parts)


def without_mood(heard: Heard) -> Heard:
    """Strategies and forecasts alone."""
    kept = [place for place, past in enumerate(heard.pasts) if past.source != MOOD]
    return Heard(tuple(heard.pasts[place] for place in kept), tuple(heard.gains[place] for place in kept))
