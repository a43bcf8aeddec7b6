"""A simulation in sentences: how bad it could get, how lucky the run was, and what cannot be seen."""

from core.records import MonteCarloRun, PathMethod

SUSPECT = 0.95
"""A run that beats this share of its own paths was probably lucky, or fitted to what happened."""


def headline(run: MonteCarloRun) -> str:
    """Two sentences that answer the page's question."""
    return f"{_how_bad(run)} {_how_lucky(run)}"


def _how_bad(run: MonteCarloRun) -> str:
    end, drawdown = run.distribution("end"), run.distribution("drawdown")
    steps = f"{run.horizon:,} {run.step}s"
    worst = f"one path in twenty fell {_share(-drawdown.p5)} or more from a peak"
    if run.request.method is PathMethod.SHUFFLE:
        return f"In another order of the same trades, {worst} (half of them {_share(-drawdown.p50)}); the end is always {_signed(end.p50 - 1)}."
    return (
        f"Over {steps}, {worst}, and one in twenty ended at {_signed(end.p5 - 1)} or worse; "
        f"{_share(run.loss.value)} lost money and {_chance(run.ruin.value)} were ruined (down to {run.request.ruin:.0%} of the start)."
    )


def _how_lucky(run: MonteCarloRun) -> str:
    """The run against its own paths; above the 95th percentile is suspect."""
    end, drawdown = run.distribution("end"), run.distribution("drawdown")
    if end.rank is None or drawdown.rank is None or drawdown.actual is None:
        return f"The run itself has only {run.run_steps:,} {run.step}s, too few to compare over this horizon."
    milder = f"its worst fall of {_share(-drawdown.actual)} was milder than in {_share(drawdown.rank)} of the paths"
    if run.request.method is PathMethod.SHUFFLE:
        return _judged(drawdown.rank, f"The run's order: {milder}")
    better = f"the actual run ended better than {_share(end.rank)} of the paths, and {milder}"
    return _judged(max(end.rank, drawdown.rank), better[0].upper() + better[1:])


def _judged(rank: float, words: str) -> str:
    if rank > SUSPECT:
        return f"{words}: above the 95th percentile, so suspect. It was lucky, or fitted to what happened; do not count on it."
    if rank < 1 - SUSPECT:
        return f"{words}: it was unlucky."
    return f"{words}: an ordinary draw."


def limits(method: PathMethod) -> tuple[str, ...]:
    """What these paths cannot show."""
    common = (
        "New regimes: every path is made of what happened in this one run, and a market that it never saw is in none.",
        "Market impact and capacity: a larger account would have moved prices; fills are taken as they were.",
        "Overfitting: if the strategy was chosen because it did well here, all paths inherit that luck.",
    )
    own = {
        PathMethod.BLOCKS: "Dependence longer than a block is broken at its edges; the blocks of a bar series that holds a few long trades cut them.",
        PathMethod.TRADES: "Trades are taken as independent: streaks of wins and losses that hang together are broken up.",
        PathMethod.SHUFFLE: "The same trades always come: nothing is said about the end, and streaks are broken up, which makes drawdowns look milder.",
        PathMethod.SKIP: "Missing a trade never makes room for another one here, and losses are missed as often as gains.",
        PathMethod.GARCH: "The model sees the account's own bars: those without a position count as calm, and the mean never changes.",
        PathMethod.REGIMES: "Returns inside a state are normal, with thinner tails than real ones; states without a position count as calm.",
        PathMethod.STRESS: "Exits stay where they were when entries come late; minimum fees and impact grow with the other costs.",
    }  # fmt: skip
    return (own[method], *common)


def _share(value: float) -> str:
    return f"{value:.0%}" if value >= 0.0995 or value == 0 else f"{value:.1%}"


def _chance(value: float) -> str:
    return "none" if value == 0 else _share(value)


def _signed(value: float) -> str:
    return f"{value * 100:+.0f} %".replace("-", "−")
