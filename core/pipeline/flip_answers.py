"""What models, strategies and texts say of many changed inputs at once: fast, and close to what a cycle would say.

Models answer all alternatives of a horizon in one batch. Levels, quantiles and the say of each member stay as they were,
so that a flip found here counts only once a whole decision was run again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from core.pipeline.explaining_model import chances
from core.pipeline.flip_inputs import SENTIMENT, heard
from core.pipeline.judging import opinions_on, weigh
from core.pipeline.meta_labels import opinion_of, scene_of
from core.pipeline.run import Run, Workbench
from core.pipeline.source_tracks import heard_by, rules_of
from core.records import Direction, Forecast, FusedSignal, MetaModel, Signal
from core.settings import Settings
from core.signals import STRATEGIES, Strategy, forecast_signals, sentiment_signal
from core.signals.meta import MARKET, Exits
from core.store.meta import newest_meta

Changes = Mapping[str, float]
"""Name of an input → its value."""


_TAIL = 400
"""Bars that a strategy is asked about, where it says the same of them as of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A strategy that spoke in the cycle."""

    strategy: Strategy
    read: frozenset[str]
    """Features that it looks at."""
    bars: pd.DataFrame
    """The last ones, or all where its memory is longer."""
    features: pd.DataFrame
    """Of these bars; shares its numbers with the subject's."""
    said: Signal
    """As it was."""


@dataclass(frozen=True, slots=True, eq=False)
class Second:
    """The meta-model that had a say in the cycle."""

    model: MetaModel
    exits: Exits


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A cycle with its fused signal, about which alternatives are asked."""

    run: Run
    settings: Settings
    rules: tuple[Rule, ...]
    values: np.ndarray
    """(bars, features) a copy whose last row is written on."""
    places: Mapping[str, int]
    """Feature → its column."""
    second: Second | None
    heard: dict[tuple[str, tuple[tuple[str, float], ...]], Signal] = field(default_factory=dict)
    """What rules have said of changed features so far."""

    @property
    def fused(self) -> FusedSignal:
        """As it was."""
        assert self.run.fused is not None
        return self.run.fused


def subject(run: Run, bench: Workbench) -> Subject:
    """A cycle whose signals have been fused."""
    values, columns = run.features.to_numpy(copy=True), run.features.columns
    features = pd.DataFrame(values, index=run.features.index, columns=columns, copy=False)
    weighty = {name for name, weight in rules_of(bench.settings).items() if weight > 0}
    spoke = [signal for signal in run.signals if signal.source in STRATEGIES and signal.source in weighty]
    rules = tuple(_rule(STRATEGIES[signal.source], signal, run, features) for signal in spoke)
    places = {name: place for place, name in enumerate(columns)}
    return Subject(run, bench.settings, rules, values, places, _second(run, bench))


def _rule(strategy: Strategy, said: Signal, run: Run, features: pd.DataFrame) -> Rule:
    """A strategy with what it looks at, found by watching it."""
    noting = _Noting(run.features)
    noting.asked = set()
    strategy.decide(run.bars, noting)
    read = frozenset(noting.asked) & frozenset(run.features.columns)
    bars, last = run.bars.iloc[-_TAIL:], features.iloc[-_TAIL:]
    if _opinion(strategy, bars, last, said) == said:
        return Rule(strategy, read, bars, last, said)
    return Rule(strategy, read, run.bars, features, said)


def _opinion(strategy: Strategy, bars: pd.DataFrame, features: pd.DataFrame, said: Signal) -> Signal:
    """What a strategy says of the last bar, without its words."""
    found = strategy.decide(bars, features)
    return replace(
        said, direction=Direction(int(found.direction[-1])), magnitude=float(found.magnitude[-1]),
        confidence=float(found.confidence[-1]),
    )  # fmt: skip


def _second(run: Run, bench: Workbench) -> Second | None:
    """None where no meta-model had a say."""
    fused = run.fused
    if fused is None or fused.meta is None or not fused.meta.earned:
        return None
    scene = scene_of(run, bench, fused, heard_by(run, bench, opinions_on(run)))
    model = newest_meta(
        bench.store, run.instrument.symbol, run.request.timeframe, run.data_source, scene.recipe, run.as_of
    )
    return None if model is None else Second(model, scene.exits)


class _Noting(pd.DataFrame):
    """A frame that notes which of its columns are asked for."""

    _metadata = ["asked"]  # noqa: RUF012 - the name that pandas asks for
    asked: set[str]

    def __getitem__(self, key: Any) -> Any:
        """What a frame gives."""
        self.asked.update([key] if isinstance(key, str) else key if isinstance(key, list) else ())
        return super().__getitem__(key)


def names_read(subject: Subject) -> frozenset[str]:
    """Features that a model or a strategy of the cycle looks at."""
    of_models = (frozenset(model.features) for model in subject.run.models)
    of_second = frozenset(MARKET) if subject.second else frozenset[str]()
    return of_second.union(*(rule.read for rule in subject.rules), *of_models)


def fused_on(subject: Subject, tries: Sequence[Changes]) -> list[FusedSignal]:
    """The signals put together on each alternative; where nothing that is said changes, the very one that it was."""
    forecasts = _forecasts_on(subject, tries)
    found = []
    for changes, said in zip(tries, forecasts, strict=True):
        moved = said is not subject.run.forecasts
        signals = _signals_on(subject, changes, said if moved else None)
        same = signals == subject.run.signals and not (subject.second and any(n in MARKET for n in changes))
        found.append(subject.fused if same else _weighed(subject, signals, said, changes))
    return found


def _weighed(
    subject: Subject, signals: Sequence[Signal], said: Sequence[Forecast], changes: Changes
) -> FusedSignal:
    """Fused by the weights of then, with what the meta-model says of it; the agent's view stays as it was."""
    before, second = subject.fused, subject.second
    fused = weigh(signals, said, subject.settings, before.tracks)
    if second is None:
        return replace(fused, meta=before.meta, agent=before.agent)
    market = {
        name: np.array([changes.get(name, subject.values[-1, subject.places[name]])]) for name in MARKET
    }
    return replace(fused, meta=opinion_of(second.model, fused, market, second.exits), agent=before.agent)


def _signals_on(subject: Subject, changes: Changes, said: Sequence[Forecast] | None) -> tuple[Signal, ...]:
    """All signals in their order; forecasts None: as they were."""
    run, new = subject.run, {}
    for rule in subject.rules:
        touched = {key: value for key, value in changes.items() if key in rule.read}
        if touched:
            new[rule.strategy.name] = _opinion_on(subject, rule, touched)
    if said is not None:
        new |= {signal.source: signal for signal in forecast_signals(said)}
    if SENTIMENT in changes and run.sentiment is not None:
        mood = sentiment_signal(replace(run.sentiment, score=changes[SENTIMENT]))
        new |= {SENTIMENT: mood} if mood else {}
    return tuple(new.get(signal.source, signal) for signal in run.signals) if new else run.signals


def _opinion_on(subject: Subject, rule: Rule, changes: Changes) -> Signal:
    key = (rule.strategy.name, tuple(changes.items()))
    if key not in subject.heard:
        places = [subject.places[name] for name in changes]
        last = subject.values[-1]
        was = last[places]
        last[places] = list(changes.values())
        subject.heard[key] = _opinion(rule.strategy, rule.bars, rule.features, rule.said)
        last[places] = was
    return subject.heard[key]


def _forecasts_on(subject: Subject, tries: Sequence[Changes]) -> list[tuple[Forecast, ...]]:
    """Forecasts of all horizons for each alternative; the run's own where no answer changes."""
    run = subject.run
    chance = [_chances_on(subject, number, tries) for number in range(len(run.models))]
    found = []
    for place in range(len(tries)):
        rows = [item[place] for item in chance]
        same = all(np.isnan(row[0]) for row in rows)
        found.append(
            run.forecasts
            if same
            else tuple(
                before if np.isnan(row[0]) else _said(before, row)
                for before, row in zip(run.forecasts, rows, strict=True)
            )
        )
    return found


def _said(before: Forecast, chance: np.ndarray) -> Forecast:
    down, flat, up = chance.tolist()
    return heard(before, replace(before, p_down=down, p_flat=flat, p_up=up))


def _chances_on(subject: Subject, number: int, tries: Sequence[Changes]) -> np.ndarray:
    """(n, 3) what one model answers; null where it answers as before."""
    run = subject.run
    assert run.seen is not None
    model, around = run.models[number], run.seen.around[number]
    place = {name: at for at, name in enumerate(model.features)}
    asked = run.seen.rows[model.features]
    touched = [at for at, changes in enumerate(tries) if any(name in place for name in changes)]
    said = np.full((len(tries), 3), np.nan)
    if not touched:
        return said
    rows = np.repeat(asked[-1:], len(touched) + 1, axis=0)
    for row, at in enumerate(touched):
        for name, value in tries[at].items():
            if name in place:
                rows[row, place[name]] = value
    regime = None if around.regime is None else np.atleast_2d(around.regime)[-1]
    answers = chances(model, rows, asked[:-1], regime)
    moved = ~np.isclose(answers[:-1], answers[-1], rtol=0, atol=1e-12).all(axis=1)
    said[np.array(touched)[moved]] = answers[:-1][moved]
    return said
