"""Daily optimisations, as the page and the command line show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.pipeline import Workbench
from core.records import (
    Contest,
    ImprovementRun,
    ImprovementStep,
    ImproveState,
    Measured,
    Timeframe,
    TunedParameters,
)
from core.settings import ImproveSettings
from core.store.codec import dump
from core.store.improvements import Night, improvements
from core.store.model_checks import read_contest
from core.store.tuning import Adopted, horizon_parameters
from core.views.number import Number

MARKS = {
    ImproveState.RUNNING: "… under way",
    ImproveState.NO_MODEL: "– no model yet",
    ImproveState.NO_DRIFT: "– no drift",
    ImproveState.BUSY: "◆ on trial already",
    ImproveState.LEFT: "… left for the next night",
    ImproveState.NOTHING_BETTER: "✕ nothing better found",
    ImproveState.ON_TRIAL: "◆ challenger on trial",
    ImproveState.PROMOTED: "★ challenger promoted",
    ImproveState.DROPPED: "✕ challenger dropped",
    ImproveState.CUT: "– given up",
}
"""What a run came to, with a mark that does not need colour."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Tried:
    """A run that brought a challenger, with the state of its contest."""

    run: ImprovementRun
    contest: Contest | None
    """None before the first look."""


@dataclass(frozen=True, slots=True, eq=False)
class ImprovingView:
    """What the nights did for one series."""

    nights: tuple[Night, ...]
    """Newest first."""
    tried: tuple[Tried, ...]
    """Runs with a challenger, those on trial first."""
    used: tuple[tuple[str, str, Adopted], ...]
    """Source, horizon and the parameters that it won: later trainings use them."""
    numbers: tuple[Number, ...]
    promise: str
    """What will come, when, and how far a night goes."""


def improving_view(bench: Workbench, symbol: str, timeframe: Timeframe) -> ImprovingView:
    """The nights of an asset and timeframe, from whatever source."""
    nights = improvements(bench.store, symbol, timeframe.value, _SHOWN)
    tried = [
        Tried(night.run, read_contest(bench.store, night.run.contest_id))
        for night in nights
        if night.run.challenger_id
    ]
    tried.sort(key=lambda item: item.run.state is not ImproveState.ON_TRIAL)
    used = [
        (source, horizon, adopted)
        for source in sorted({night.run.origin for night in nights})
        for horizon, adopted in horizon_parameters(bench.store, symbol, timeframe.value, source).items()
    ]
    return ImprovingView(nights, tuple(tried), tuple(used), _numbers(nights), promise(bench))


def promise(bench: Workbench) -> str:
    """What a night does, when, and how long it may take, in three sentences."""
    settings = bench.settings
    when = (
        "Every night at 00:00 UTC while the autopilot is on"
        if settings.autopilot.daily_optimisation
        else "Only when asked for (the nightly run is switched off in the settings)"
    )
    return (
        f"{when} the last {settings.improve.results_days} days are looked at and the champions are tested for drift. "
        f"{bounds_words(settings.improve)} A candidate that passes walk-forward, Monte Carlo and rows that no trial saw forecasts "
        f"beside the champion for {settings.improve.contest_days:g} to {settings.improve.longest_days:g} days before it is "
        "promoted or dropped."
    )


def bounds_words(asked: ImproveSettings) -> str:
    """How far a night goes."""
    return (
        f"Only where there is drift, one horizon of an asset is searched: at most {asked.trials} trials and "
        f"{asked.seconds / 60:.3g} minutes, and after {asked.night_seconds / 60:.3g} minutes the night begins no further search."
    )


def steps_frame(steps: Sequence[ImprovementStep]) -> pd.DataFrame:
    """A row for each step: step, verdict, words, as_of, seconds, meaning."""
    return pd.DataFrame(
        [
            {
                "step": step.step.value,
                "verdict": step.verdict.value,
                "words": step.words,
                "as_of": step.as_of,
                "seconds": step.seconds,
            }
            for step in steps
        ],
        columns=["step", "verdict", "words", "as_of", "seconds"],
    )


def measured_numbers(step: ImprovementStep) -> tuple[Number, ...]:
    """The numbers of a step with their units."""
    return tuple(Number(item.name.capitalize(), measured_text(item), item.meaning) for item in step.numbers)


def measured_text(item: Measured) -> str:
    """A number with its unit."""
    value = item.value
    if item.unit == "fraction":
        return f"{value * 100:.1f} %".replace("-", "−")
    if item.unit in ("nats", "ratio"):
        said = f"{value:.4f}" if item.unit == "nats" else f"{value:.3g}"
        return said.replace("-", "−")
    if item.unit == "money":
        return f"{value:+,.2f}".replace("-", "−")
    if item.unit == "seconds":
        return f"{value:.1f} s"
    whole = f"{value:,.1f}" if item.unit == "days" else f"{value:,.0f}"
    return whole if item.unit == "count" else f"{whole} {item.unit}"


def night_line(run: ImprovementRun) -> str:
    """A run in a line."""
    return f"{run.as_of:%Y-%m-%d %H:%M}  {MARKS[run.state]:<24} {run.title}: {run.words}"


def night_text(night: Night) -> str:
    """A run with its steps, for a person."""
    lines = [night_line(night.run)]
    lines += [f"  {step.step.value:<13} {step.verdict.value:<9} {step.words}" for step in night.steps]
    return "\n".join(lines)


def night_data(night: Night) -> dict[str, Any]:
    """The same for a program."""
    return {
        "run": json.loads(dump(ImprovementRun, night.run)),
        "steps": json.loads(dump(tuple[ImprovementStep, ...], night.steps)),
    }


def _numbers(nights: Sequence[Night]) -> tuple[Number, ...]:
    def counted(*states: ImproveState) -> str:
        return f"{sum(night.run.state in states for night in nights):,}"

    searched = sum(any(step.step.value == "search" for step in night.steps) for night in nights)
    return (
        Number("Runs", f"{len(nights):,}", f"Daily optimisations that are on record, the newest {_SHOWN} at most."),
        Number("With drift", f"{searched:,}", "Runs in which a champion had drifted, so that better parameters were searched."),
        Number("On trial", counted(ImproveState.ON_TRIAL), "Challengers that forecast beside the champion now."),
        Number("Promoted", counted(ImproveState.PROMOTED), "Challengers that won by the sequential test."),
        Number("Dropped", counted(ImproveState.DROPPED), "Challengers that lost, or neither won nor lost in time."),
    )  # fmt: skip


def parameters_words(chosen: TunedParameters) -> str:
    """Parameters in a line."""
    weighted = ", classes weighted" if chosen.class_weight else ""
    return (
        f"{chosen.trees} trees of depth {chosen.depth}, learning rate {chosen.learning_rate:.3g}, "
        f"{' + '.join(chosen.members)}{weighted}"
    )
