"""A model's scores in words: why it is believed or not, and each figure beside knowing nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.records import QUANTILE_LEVELS, ModelScores, NullTestRun
from core.records.validating import CONTROL_FLOOR, NULL_LIMIT
from core.views.number import Number, percent, plain

ASKED_SEEDS = 20
"""Draws of nothing from which their mean is sure enough."""
_SURE = "What a model scores elsewhere is not made by leaks."
_UNSURE = f"To be sure, run {ASKED_SEEDS} draws."


def why(scores: ModelScores | None, trained: bool) -> str:
    """The sentence under a verdict: the first gate that failed, or what was passed."""
    if not trained:
        return "No model yet. Press Train now."
    if scores is None:
        return "An older version trained this model and kept no scores. Train it again."
    return scores.reasons[0] if scores.reasons else "Nothing was said of it."


def headline_numbers(scores: ModelScores) -> tuple[Number, ...]:
    """The six figures that decide, each with its meaning."""
    return (
        Number(
            "Brier skill",
            percent(scores.skill),
            "How much smaller the squared error of the probabilities is than the base rate's. 0 % is knowing nothing; in "
            "markets 1 % is already much.",
            f"{scores.rows:,} forecasts, worth {scores.effective_rows:,.0f}",
        ),
        Number(
            "AUC, up against down",
            plain(scores.auc_direction, 3),
            "Chance that an up move was given more of up than a down move was. .5 is a coin.",
            f"all three ways: {plain(scores.auc, 3)}",
        ),
        Number(
            "Hit rate",
            percent(scores.hit_rate, 1),
            "Share of signals whose return had their sign. Alone it proves nothing: a near target and a far stop win often and "
            "still lose money. What counts is the lower end of its interval against break-even.",
            "no signal" if scores.hit_low is None else f"{percent(scores.hit_low, 1)} to {percent(scores.hit_high, 1)}",
        ),
        Number(
            "Break-even",
            percent(scores.break_even, 1),
            "Hit rate at which wins and losses of this size, after costs, neither make nor lose: (L + c) / (W + L).",
            f"{scores.signals:,} signals, worth {scores.effective_signals:,.0f}",
        ),
        Number(
            "Return per signal",
            percent(scores.expectancy, 3),
            "Mean return of a signal after costs, with its 95 % block-bootstrap interval.",
            "too few signals"
            if scores.expectancy_low is None
            else f"{percent(scores.expectancy_low, 3)} to {percent(scores.expectancy_high, 3)}",
        ),
        Number(
            "90 % interval held",
            percent(scores.coverage, 1),
            "Share of returns that lay inside the 5 … 95 % interval, which adapts to what it missed; 90 % is meant.",
            "no intervals" if scores.coverage is None else f"the 50 % one {percent(scores.coverage_half, 1)}",
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figure:
    name: str
    model: float | None
    nothing: float | None
    better: bool | None
    meaning: str
    text: Callable[[float | None], str]


def scores_table(scores: ModelScores) -> pd.DataFrame:
    """Each figure of the model beside that of knowing nothing: figure, model, nothing, verdict, meaning."""
    rows = [*_probabilities(scores), *_ranking(scores), *_signals(scores), *_intervals(scores)]
    return pd.DataFrame(
        {
            "figure": [row.name for row in rows],
            "model": [row.text(row.model) for row in rows],
            "nothing": [row.text(row.nothing) for row in rows],
            "verdict": [
                "–" if row.better is None else "✓ better" if row.better else "✕ not better" for row in rows
            ],
            "meaning": [row.meaning for row in rows],
        }
    )


def _probabilities(scores: ModelScores) -> list[_Figure]:
    return [
        _Figure("Brier score", scores.brier, scores.brier_base, scores.brier < scores.brier_base,
                "Mean squared distance of the three probabilities to what came; lower is better.", _plain(4)),
        _Figure("Log loss", scores.log_loss, scores.log_loss_base, scores.log_loss < scores.log_loss_base,
                "Mean surprise; punishes being sure and wrong. Lower is better.", _plain(4)),
        _Figure("Diebold-Mariano", scores.dm_statistic, 0.0, _above(scores.dm_p_value, scores.dm_statistic),
                f"Is the gain in the Brier score luck? p = {plain(scores.dm_p_value, 3)}, two-sided, by the overlap of the labels.",
                _plain(2)),
        _Figure("ECE", scores.ece, None, None,
                "Expected calibration error of P(up) and P(down): mean gap between what is said and what comes. It depends on the bins, so it decides nothing alone.",
                lambda value: percent(value, 2)),
    ]  # fmt: skip


def _ranking(scores: ModelScores) -> list[_Figure]:
    return [
        _Figure("AUC, one against the rest", scores.auc, 0.5, _over(scores.auc, 0.5),
                "Chance that a case of a class was given more of it than another case was.", _plain(3)),
        _Figure("AUC, up against down", scores.auc_direction, 0.5, _over(scores.auc_direction, 0.5),
                "The same for direction only.", _plain(3)),
        _Figure("MCC", scores.mcc, 0.0, _over(scores.mcc, 0.0),
                "Matthews correlation of the class that gained most on its base rate with what came; −1 … 1.", _plain(3)),
        _Figure("Information coefficient", scores.information_coefficient, 0.0, _above(scores.ic_p_value, scores.information_coefficient),
                f"Rank correlation of P(up) − P(down) with the return over the horizon; p = {plain(scores.ic_p_value, 3)} by effective rows.",
                _plain(3)),
    ]  # fmt: skip


def _signals(scores: ModelScores) -> list[_Figure]:
    hits = None if scores.hit_low is None or scores.break_even is None else scores.hit_low > scores.break_even
    return [
        _Figure("Hit rate, lower bound", scores.hit_low, scores.break_even, hits,
                f"Lower end of the Wilson 95 % interval at {scores.effective_signals:,.0f} independent signals, against the break-even rate after costs.",
                lambda value: percent(value, 1)),
        _Figure("Return per signal, lower bound", scores.expectancy_low, 0.0, _over(scores.expectancy_low, 0.0),
                "Lower end of the 95 % block-bootstrap interval of the mean return after costs.", lambda value: percent(value, 3)),
    ]  # fmt: skip


_PINBALL = "Loss of the return quantile in units of the horizon's σ, against the quantiles of the training part; lower is better."


def _intervals(scores: ModelScores) -> list[_Figure]:
    rows = [
        _Figure(f"Pinball loss, {level:.0%} quantile", mine, base, mine < base,
                _PINBALL if place == 0 else "The same for this quantile.", _plain(4))
        for place, (level, mine, base) in enumerate(zip(QUANTILE_LEVELS, scores.pinball, scores.pinball_base, strict=False))
    ]  # fmt: skip
    if scores.coverage is not None:
        rows += [
            _Figure("Coverage of the 90 % interval", scores.coverage, 0.9, None,
                    "Share of returns inside the 5 … 95 % interval; 90 % is meant.", lambda value: percent(value, 1)),
            _Figure("Coverage of the 50 % interval", scores.coverage_half, 0.5, None,
                    "Share of returns inside the 25 … 75 % interval; 50 % is meant.", lambda value: percent(value, 1)),
        ]  # fmt: skip
    return rows


def _plain(digits: int) -> Callable[[float | None], str]:
    return lambda value: plain(value, digits)


def _over(value: float | None, limit: float) -> bool | None:
    return None if value is None else value > limit


def _above(p_value: float | None, value: float | None) -> bool | None:
    """Better beyond luck."""
    return None if value is None or p_value is None else value > 0.0 and p_value < 0.05


def null_verdict(run: NullTestRun) -> tuple[str, str]:
    """Title and sentences of a null test."""
    draws = f"{len(run.seeds)} draws of nothing"
    if not run.clean:
        worst = max(run.permuted, run.walk, run.walk_direction)
        return "Something leaks, or the draws were too few", (
            f"Over {draws} the validation finds a mean AUC of {worst:.3f} where there is nothing; at most {NULL_LIMIT:.2f} may be "
            "found. Run more draws, and trust no score until this passes."
        )
    if not run.sharp:
        return "The test is blunt here", (
            f"Over {draws} nothing is found in nothing, but the careless control finds only {run.control:.3f} (more than "
            f"{CONTROL_FLOOR:.2f} is asked), so a leak might not be seen. Choose a longer horizon."
        )
    return "Nothing is found in nothing", (
        f"Over {draws} the honest validation finds nothing (mean AUC {run.permuted:.3f} on shuffled labels, {run.walk:.3f} on random "
        f"walks), where a careless one finds {run.control:.3f}. {_SURE if len(run.seeds) >= ASKED_SEEDS else _UNSURE}"
    )
