"""A challenger on trial: one look a night by the sequential test, until it is promoted or dropped.

The two that meet are the models that began: both learnt from the same bars and neither is trained again, so that they
are compared at equal age. The champion in use may be trained again meanwhile, in its own way; what is decided is which
way later trainings follow.
"""

from dataclasses import replace
from datetime import datetime

from core.errors import UnknownId, UntrustedModel
from core.features import MODEL_COLUMNS
from core.pipeline.improving.desk import Desk, Finding
from core.pipeline.model_checks import contest_between
from core.pipeline.model_material import Material
from core.predict import recipe
from core.predict.artefacts import load
from core.records import (
    Contest,
    ContestState,
    Deed,
    ImprovementRun,
    ImproveState,
    Measured,
    ModelStatus,
    StepVerdict,
    TunedParameters,
)
from core.store import Write, dump
from core.store.audit import save_deed
from core.store.model_checks import save_contest
from core.store.models import ModelRow, champion, promote_model, read_model, retire_models
from core.store.tuning import Adopted, adopt_horizon_parameters

WHO = "daily optimisation"
_DAY = 86_400.0


def look(desk: Desk, as_of: datetime | None) -> tuple[Finding, datetime]:
    """Judge the contest on all bars up to a moment; promote, drop, or let it go on.

    Returns:
        What was found, and the moment that it was found at.
    """
    run, bench = desk.run, desk.bench
    material = desk.known(as_of)
    try:
        first, second = read_model(bench.store, run.champion_id), read_model(bench.store, run.challenger_id)
        models = [bench.shelf.take(row.path, row.sha256) for row in (first, second)]
        begun = min(model.meta.train_from for model in models)
        if begun < material.bars.index[0].to_pydatetime():
            material = desk.known(as_of, begun)
        contest = contest_between(bench, material, first, second)
    except (UnknownId, UntrustedModel) as gone:
        return _dropped(desk, f"One of the two can no longer be asked: {gone}", None, ()), material.moment
    return _decided(desk, contest, second, material), material.moment


def _decided(desk: Desk, contest: Contest, rival: ModelRow, material: Material) -> Finding:
    run = desk.run
    assert run.begun_at is not None, "a contest has a beginning"
    days = (material.moment - run.begun_at).total_seconds() / _DAY
    numbers = _numbers(contest, days)
    other = _another_question(desk, rival)
    if other:
        return _dropped(desk, other, contest, numbers)
    if days >= run.least_days and contest.state is ContestState.PROMOTE:
        return _promoted(desk, contest, rival, days, numbers)
    if days >= run.least_days and contest.state is ContestState.KEEP:
        words = f"After {days:.1f} days the champion's way is better: {contest.words}"
        return _dropped(desk, words, contest, numbers)
    if days >= run.longest_days:
        words = (
            f"Neither won nor lost within {run.longest_days:g} days (evidence {contest.evidence:.2g}, {contest.limit:g} "
            "decides), so the champion's way stays."
        )
        return _dropped(desk, words, contest, numbers)
    words = f"Day {days:.1f} of at least {run.least_days:g} and at most {run.longest_days:g}: {contest.words}"
    if contest.state is not ContestState.UNDECIDED:
        words = (
            f"Day {days:.1f}: the evidence has reached {contest.limit:g} {'for' if contest.state is ContestState.PROMOTE else 'against'}"
            f" the challenger; nothing is done before day {run.least_days:g}."
        )
    return Finding(replace(run, words=words), StepVerdict.WAITS, words, numbers, (save_contest(contest),))


def _numbers(contest: Contest, days: float) -> tuple[Measured, ...]:
    mean = contest.mean or 0.0
    return (
        Measured("days", days, "days", "Since both began, by the clock of the bars."),
        Measured("bars", float(contest.rows), "bars", "Forecast by both and settled; neither had seen them."),
        Measured("apart", float(contest.independent), "bars", "Of them, those whose labels do not overlap."),
        Measured("evidence", contest.evidence, "ratio", f"E-value now; {contest.limit:g} decides."),
        Measured(
            "advantage", mean, "nats", "Mean log loss of the champion less that of the challenger, a bar."
        ),
    )


def _another_question(desk: Desk, rival: ModelRow) -> str:
    """Why the contest no longer decides anything; empty while it does."""
    run = desk.run
    if recipe(desk.candidate, desk.horizon, MODEL_COLUMNS) != rival.recipe:
        return "The settings of the models or their libraries have changed since: the challenger could not be used."
    now = champion(desk.bench.store, run.symbol, desk.timeframe, run.origin, run.horizon)
    if now is not None and now.id == rival.id:
        return "It was made champion by hand; the contest is over."
    if now is None or now.recipe != read_model(desk.bench.store, run.champion_id).recipe:
        return "The champion in use is made in another way than the one that it met: the contest decides nothing now."
    return ""


def _promoted(
    desk: Desk, contest: Contest, rival: ModelRow, days: float, numbers: tuple[Measured, ...]
) -> Finding:
    run, now = desk.run, desk.bench.clock()
    assert run.chosen is not None, "only a choice is tried"
    load(rival.path, rival.sha256)  # a champion that cannot be read would be trained anew at the next cycle
    before = champion(desk.bench.store, run.symbol, desk.timeframe, run.origin, run.horizon)
    chosen = _as_used(desk)
    words = (
        f"Promoted after {days:.1f} days: {contest.words.removesuffix(' Promote the challenger.')} Trainings of this horizon "
        "use its parameters from now on."
    )
    deed = Deed(
        WHO, "autopilot", "promote", rival.id,
        _told(before, TunedParameters(*(getattr(desk.present, name) for name in TunedParameters.__slots__))),
        _told(rival, chosen),
    )  # fmt: skip
    series = (run.symbol, run.timeframe, run.origin, run.horizon)
    writes = (
        save_contest(contest),
        adopt_horizon_parameters(*series, Adopted(run.tuning_id, now, chosen)),
        promote_model(rival),
        save_deed(deed, now),
    )
    return Finding(
        replace(run, state=ImproveState.PROMOTED, words=words), StepVerdict.WON, words, numbers, writes
    )


def _as_used(desk: Desk) -> TunedParameters:
    way = desk.candidate
    return TunedParameters(way.trees, way.depth, way.learning_rate, way.members, way.class_weight)


def _told(row: ModelRow | None, parameters: TunedParameters) -> str:
    return f"{row.id if row else 'no model'}: {dump(TunedParameters, parameters)}"


def _dropped(desk: Desk, words: str, contest: Contest | None, numbers: tuple[Measured, ...]) -> Finding:
    """Out of use, unless it has become champion by other hands."""
    run: ImprovementRun = replace(desk.run, state=ImproveState.DROPPED, words=words)
    writes: list[Write] = [] if contest is None else [save_contest(contest)]
    try:
        rival = read_model(desk.bench.store, run.challenger_id)
    except UnknownId:
        rival = None
    if rival is not None and rival.status is ModelStatus.CHALLENGER:
        writes.append(retire_models([rival.id]))
        deed = Deed(WHO, "autopilot", "drop challenger", rival.id, "challenger", f"retired: {words}")
        writes.append(save_deed(deed, desk.bench.clock()))
    return Finding(run, StepVerdict.LOST, words, numbers, tuple(writes))
