"""What language models' own forecasts were worth: scores, curves and words."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.evaluate.forecasts import running_skill
from core.pipeline import Workbench
from core.pipeline.llm_record import Group, scored_groups
from core.records import LlmScores
from core.store.llm_forecasts import count_opinions
from core.views.number import Number, percent, plain

NO_RECORD = (
    "No forecast of a language model has been scored yet. Configure a model, run cycles, and come back when the horizons "
    "of their forecasts have ended: outcomes are found by the next cycle of the series."
)


@dataclass(frozen=True, slots=True, eq=False)
class LlmRecordView:
    """Everything that the record is drawn from."""

    numbers: tuple[Number, ...]
    verdict: str
    """The headline, from uncontaminated forecasts alone."""
    scores: tuple[LlmScores, ...]
    """Uncontaminated."""
    table: pd.DataFrame
    """A row for each of them; see `_table`."""
    remembered: pd.DataFrame
    """The same for contaminated ones."""
    curves: dict[str, pd.DataFrame]
    """Name of the forecasts → running Brier skill (skill, forecasts) by the time it was known."""
    sample: bool
    """True when there are no live forecasts, and those of the embedded sample are told."""


def llm_record(bench: Workbench) -> LlmRecordView:
    """The record of every language model that was asked for forecasts."""
    groups = scored_groups(bench)
    clean = tuple(group for group in groups if not group.scores.contaminated)
    told = tuple(group.scores for group in groups if group.scores.contaminated)
    scores = tuple(group.scores for group in clean)
    kept, _ = count_opinions(bench.store)
    return LlmRecordView(
        numbers=_numbers(kept, groups),
        verdict=_headline(scores, told),
        scores=scores,
        table=_table(scores),
        remembered=_table(told),
        curves={name_of(group.scores): running_skill(group.rows) for group in clean},
        sample=bool(groups) and all(group.rows[0].kept.world != "live" for group in groups),
    )


def name_of(scores: LlmScores) -> str:
    """How figures call one group: model, timeframe and horizon."""
    return f"{scores.model} · {scores.timeframe.value} {scores.horizon} ({scores.bars} bars)"


def _headline(scores: Sequence[LlmScores], remembered: Sequence[LlmScores]) -> str:
    if not scores and not remembered:
        return NO_RECORD
    if not scores:
        return "Every scored forecast is of a moment that the model may remember: nothing can be said of its judgement."
    most = max(scores, key=lambda item: item.effective)
    return f"{name_of(most)}: {most.verdict}"


def _numbers(kept: int, groups: Sequence[Group]) -> tuple[Number, ...]:
    clean = [group.scores for group in groups if not group.scores.contaminated]
    scored = sum(group.scores.rows for group in groups)
    weight = max((item.weight for item in clean), default=0.0)
    return (
        Number("Forecasts kept", f"{kept:,}", "Opinions on a horizon that were stored when they were given, to be scored later."),
        Number("Outcome known", f"{scored:,}", "Their horizon has ended and the bars to settle them are on this machine."),
        Number(
            "Independent", plain(sum(item.effective for item in clean), 0),
            "What the uncontaminated ones amount to: forecasts that overlap in time share their outcome and count once.",
        ),
        Number(
            "Largest weight", percent(weight, 0),
            "Largest share in a pooled forecast that a record has earned; at most 50 %, and 0 without a record.",
        ),
    )  # fmt: skip


def _table(scores: Sequence[LlmScores]) -> pd.DataFrame:
    """Columns model, timeframe, horizon, bars, rows, independent, skill, skill_between, brier, brier_base, brier_model,
    log_loss, log_loss_base, hit_rate, hit_between, hit_chance, calls, weight, verdict."""
    return pd.DataFrame(
        [
            {
                "model": item.model, "timeframe": item.timeframe.value, "horizon": item.horizon, "bars": item.bars,
                "rows": item.rows, "independent": item.effective, "skill": item.skill,
                "skill_between": _between(item.skill_low, item.skill_high), "brier": item.brier,
                "brier_base": item.brier_base, "brier_model": item.brier_model, "log_loss": item.log_loss,
                "log_loss_base": item.log_loss_base, "hit_rate": item.hit_rate,
                "hit_between": _between(item.hit_low, item.hit_high), "hit_chance": item.hit_chance,
                "calls": item.calls, "weight": item.weight, "verdict": item.verdict,
            }
            for item in scores
        ]
    )  # fmt: skip


def _between(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{percent(low, 1)} … {percent(high, 1)}"
