"""`passport`: everything about one decision, trade or no trade."""

import argparse
import json

from core.commands.command import Answer, Command, always, runtime, tell
from core.errors import GlassboxError
from core.pipeline import Workbench
from core.records import CycleReport, Flip
from core.records.ledgers import TradeOutcome
from core.store import dump
from core.views import Passport, checks_frame, passport
from core.views.flip import FlipView, flip_view
from core.views.passport import became
from core.views.weighing import second_opinions


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="id of a cycle")
    parser.add_argument(
        "--no-flip",
        action="store_true",
        help="leave out what would have changed it, which takes some seconds to find",
    )


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        view = passport(opened.bench, options.id)
        decided = view.report.decision is not None
        found = became(opened.bench, options.id) if decided else None
        flip, why = (None, "") if options.no_flip or not decided else _flip(opened.bench, options.id)
    data = json.loads(dump(CycleReport, view.report)) | {
        "story": list(view.story),
        "gate": view.gate,
        "gates": [{"gate": step.gate, "state": step.state.value, "value": step.value} for step in view.gates],
        "outcome": json.loads(dump(TradeOutcome, found)) if found else None,
        "flip": json.loads(dump(Flip, flip.flip)) if flip else None,
    }
    return Answer("\n".join(_lines(view, found, flip, why)), data)


def _flip(bench: Workbench, cycle_id: str) -> tuple[FlipView | None, str]:
    """The flip, or why there is none."""
    from core.pipeline.flip import flip_of_cycle  # brings the models

    try:
        return flip_view(flip_of_cycle(bench, cycle_id, lambda share, words: tell(words))), ""
    except GlassboxError as err:
        return None, str(err)


def _lines(view: Passport, found: TradeOutcome | None, flip: FlipView | None, why: str) -> list[str]:
    report = view.report
    lines = [
        f"{report.request.symbol} {report.request.timeframe} as of {report.as_of:%Y-%m-%d %H:%M} UTC: {view.verdict.value}",
        view.words,
        *(f"  {number.label}: {number.value}" for number in view.numbers),
        *_section("Gates", [f"{step.gate}: {step.state.value}, {step.value}" for step in view.gates]),
        *_signals(view), *_reasons(view), *_texts(report), *_decided(view),
        *view.story,
    ]  # fmt: skip
    if found is not None:
        lines += _section("What became of it" if found.made else "What it would have become", [found.words])
    if flip is not None:
        lines += _section("What would have changed it", [flip.words, *flip.margins])
    elif why:
        lines += _section("What would have changed it", [why])
    return lines


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def _signals(view: Passport) -> list[str]:
    fused = view.report.fused
    if fused is None:
        return []
    told = [
        f"{p.signal.source}: {p.contribution:+.3f} (weight {p.weight:.0%})  {p.signal.reason} ({p.note})"
        for p in fused.parts
    ]
    told += [f"{item.label}: {item.value}. {item.meaning}" for item in second_opinions(fused)]
    return _section("Signals", told)


def _reasons(view: Passport) -> list[str]:
    """SHAP values of each model that spoke."""
    told = []
    for item in view.report.explanations:
        top = ", ".join(f"{a.feature} {a.contribution:+.3f}" for a in item.attributions[:5])
        told.append(f"Why {item.target} over the {item.horizon} horizon: {top} ({item.model_id})")
    return told


def _texts(report: CycleReport) -> list[str]:
    mood = report.sentiment
    if mood is None or not mood.items:
        return []
    return _section(
        "News and sentiment",
        [f"{item.published_at:%Y-%m-%d %H:%M} {item.score:+.2f} × {item.weight:.0%}  {item.title} ({item.source})" for item in mood.items],
    )  # fmt: skip


def _decided(view: Passport) -> list[str]:
    """Size, second look, checks and state."""
    decision = view.report.decision
    if decision is None:
        return []
    lines = [f"Language model: {view.llm}"]
    if decision.proposal.sizing is not None:
        lines += _section(
            "Size", [f"{'→' if cap.name == decision.proposal.sizing.bound else ' '} {cap.share:.2%} {cap.meaning}" for cap in decision.proposal.sizing.caps]
        )  # fmt: skip
    if decision.validation is not None:
        told = [f"{item.topic} {item.score:.2f}: {item.words}" for item in decision.validation.concerns]
        lines += _section("Second look", [decision.validation.words, *told])
    if decision.checks:
        lines += _section(
            "Risk checks",
            [f"{row.passed} {row.name}: {row.meaning}" for row in checks_frame(decision.checks).itertuples()],
        )
    return [*lines, view.state]


PASSPORT = Command("passport", "Everything about one decision.", _arguments, _run, reads=always)
"""One answer a decision, trade or no trade."""
