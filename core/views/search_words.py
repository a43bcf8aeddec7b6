"""The headline numbers of a search, each with its meaning."""

from core.records import Objective, SearchSummary, WalkForward
from core.views.number import Number, percent, plain

OBJECTIVE_TITLES = {
    Objective.SHARPE: "Sharpe ratio",
    Objective.RETURN: "Total return",
    Objective.DRAWDOWN: "Worst drawdown",
    Objective.CALMAR: "Calmar ratio",
}
OBJECTIVE_MEANINGS = {
    Objective.SHARPE: "Mean over standard deviation of per-bar returns, annualised, risk-free rate 0.",
    Objective.RETURN: "Growth over the whole period, after costs.",
    Objective.DRAWDOWN: "Largest fall from a peak; nearer to zero is better.",
    Objective.CALMAR: "Yearly growth over the worst drawdown (Young 1991).",
}
_FEWEST = "30 is a bare minimum"


def objective_text(objective: Objective, value: float | None) -> str:
    """A value of an objective with its unit."""
    if objective in (Objective.SHARPE, Objective.CALMAR):
        return plain(value)
    return percent(value)


def search_numbers(summary: SearchSummary) -> tuple[Number, ...]:
    """What leads the page; the first four in the first row."""
    if summary.walk_forward is not None:
        return _walked(summary, summary.walk_forward)
    lead, chosen, peak = summary.request.objectives[0], summary.plateau, summary.peak
    title = OBJECTIVE_TITLES[lead]
    overfit = summary.overfitting
    return (
        Number(f"{title}, plateau", objective_text(lead, None if chosen is None else chosen.score),
               f"Of the cell that is chosen: the one whose neighbourhood is best. {OBJECTIVE_MEANINGS[lead]}",
               None if chosen is None else f"neighbours {objective_text(lead, chosen.mean)}"),
        Number(f"{title}, peak", objective_text(lead, None if peak is None else peak.score),
               "Of the best single cell. The further above its neighbours, the more it owes to luck.",
               None if peak is None else f"neighbours {objective_text(lead, peak.mean)}"),
        Number("Overfitting (PBO)", percent(None if overfit is None else overfit.pbo, 0),
               "How often the best cell of one half of the history lands in the worse half on the other (CSCV). 50 % is "
               "what choosing by chance gives; below 20 % is asked for.", "below 20 % is asked"),
        Number("Luck (SPA)", "–" if summary.superiority is None else _p_value(summary.superiority),
               "p-value of the best cell against buy and hold, all cells taken into account (Hansen 2005). Below 0.05 "
               "the best one beats holding by more than luck explains.",
               "below 0.05 is asked"),
        Number("Return of the plateau", percent(None if chosen is None else chosen.figures.total_return),
               "Growth of the account over the whole period, after costs.", f"hold {percent(summary.hold.total_return)}"),
        Number("Its worst drawdown", percent(None if chosen is None else chosen.figures.max_drawdown),
               "Largest fall from a peak.", f"hold {percent(summary.hold.max_drawdown)}"),
        Number("Its trades", "–" if chosen is None else f"{chosen.figures.trades:,}", "Closed round trips.", _FEWEST),
        Number("Cells", f"{summary.cells + summary.pruned:,}",
               "Configurations that were run; each is counted as a trial for good.", _cells(summary)),
    )  # fmt: skip


def _walked(summary: SearchSummary, walked: WalkForward) -> tuple[Number, ...]:
    out, hold = walked.out_of_sample, summary.hold
    return (
        Number("Efficiency", percent(walked.efficiency, 0),
               "Yearly growth out of sample over yearly growth in sample (Pardo 2008). 100 %: what the searches promised "
               "was kept; above 50 % is usually asked for; negative: it lost. A dash: the searches found no growth.",
               "above 50 % is asked"),
        Number("Growth a year, tested", percent(walked.growth_out), "Compound yearly growth of the out-of-sample curve.",
               f"searched {percent(walked.growth_in)}"),
        Number("Sharpe ratio, tested", plain(out.sharpe), "Of the out-of-sample curve, annualised, risk-free rate 0.",
               f"hold {plain(hold.sharpe)}"),
        Number("Worst drawdown, tested", percent(out.max_drawdown), "Largest fall from a peak, out of sample.",
               f"hold {percent(hold.max_drawdown)}"),
        Number("Return, tested", percent(out.total_return), "Growth over all tests, after costs.",
               f"hold {percent(hold.total_return)}"),
        Number("Windows that gained", f"{sum(w.out_of_sample.total_return > 0 for w in walked.windows)} of {len(walked.windows)}",
               "Tests that ended above their start.", "half is chance"),
        Number("Trades, tested", f"{out.trades:,}", "Closed round trips out of sample.", _FEWEST),
        Number("Cells", f"{summary.cells:,}", "Configurations that the searches ran; each is counted as a trial for good.",
               "each is a trial"),
    )  # fmt: skip


def _p_value(p: float) -> str:
    return "< 0.002" if p <= 0 else f"{p:.3f}"


def _cells(summary: SearchSummary) -> str:
    parts = [f"{summary.pruned:,} given up early"] if summary.pruned else []
    parts += [f"{summary.left_out:,} break a limit"] if summary.left_out else []
    return ", ".join(parts) or "each is a trial"
