"""A candidate that passed every gate becomes a challenger: trained on the champion's bars, it forecasts beside it.

Both must know the same, or the younger one would win by its age. A champion that has drifted is trained again by the
next cycle anyhow; so it is trained again here, at the moment of the run, and the contest compares two ways of training
and nothing else. Where a cycle has been faster, the challenger learns what that champion learnt.
"""

from dataclasses import replace
from datetime import datetime

from core.errors import NotEnoughHistory
from core.pipeline.improving.desk import Desk, Finding
from core.pipeline.model_life import fits_settings
from core.pipeline.run import in_words
from core.pipeline.training import Judged, train_series
from core.predict import Series
from core.records import ImproveState, Measured, ModelStatus, StepVerdict
from core.settings import PredictSettings
from core.store.models import champion


def challenger(desk: Desk) -> Finding:
    """Train the two that are to meet; the contest begins with the next bar."""
    run, settings = desk.run, desk.bench.settings.improve
    now = champion(desk.bench.store, run.symbol, desk.timeframe, run.origin, run.horizon)
    if now is None:
        return _failed(
            desk, "The champion is gone: the next cycle trains one, and the next night looks again."
        )
    younger = now.as_of > run.as_of
    if younger and not fits_settings(desk.bench, now):
        return _failed(desk, f"{now.id} was made in another way than the settings ask for: nothing to meet.")
    if younger or (now.as_of == run.as_of and fits_settings(desk.bench, now)):
        begun, trained_again = now.as_of, None
    else:
        begun = run.as_of
        trained_again = _trained(desk, run.as_of, ModelStatus.CHAMPION, desk.present)
    rival = _trained(desk, begun, ModelStatus.CHALLENGER, desk.candidate)
    champion_id = trained_again.model.model_id if trained_again else now.id
    writes = (*(trained_again.writes if trained_again else ()), *rival.writes)
    words = (
        f"Challenger trained on the champion's bars; both forecast what comes from {begun:%Y-%m-%d %H:%M} UTC on. "
        f"Nothing is decided before {settings.contest_days:g} days; undecided after {settings.longest_days:g}, it is dropped."
    )
    run = replace(
        run, state=ImproveState.ON_TRIAL, words=words, champion_id=champion_id, challenger_id=rival.model.model_id,
        begun_at=begun, least_days=settings.contest_days, longest_days=settings.longest_days,
    )  # fmt: skip
    numbers = (
        Measured("skill", rival.scores.skill, "fraction", "Brier skill of the challenger in its own training, out of sample."),
        Measured("least days", settings.contest_days, "days", "No verdict before."),
        Measured("longest days", settings.longest_days, "days", "Undecided by then: dropped."),
    )  # fmt: skip
    return Finding(run, StepVerdict.WAITS, words, numbers, writes)


def _trained(desk: Desk, as_of: datetime, status: ModelStatus, way: PredictSettings) -> Judged:
    run, bench = desk.run, desk.bench
    known = desk.material if as_of == run.as_of else desk.known(as_of)
    series = Series(run.symbol, desk.timeframe, run.origin, as_of, bench.settings.collect.train_bars)
    made, problems = train_series(
        bench, known.bars, known.features, series, [desk.horizon], desk.tell, status, way
    )
    if not made:
        raise NotEnoughHistory(in_words(problems))
    return made[0]


def _failed(desk: Desk, words: str) -> Finding:
    return Finding(replace(desk.run, state=ImproveState.NOTHING_BETTER, words=words), StepVerdict.END, words)
