"""A search, its ranges and its cells in words."""

import pandas as pd

from core.evaluate.search.space import BRACKET
from core.records import SearchMethod, SearchRequest, SearchSummary
from core.signals import STRATEGIES
from core.views.number import percent, plain

_WAYS = {SearchMethod.GRID: "Grid", SearchMethod.TPE: "TPE", SearchMethod.WALK_FORWARD: "Walk-forward"}


def search_title(request: SearchRequest) -> str:
    """A search in one line."""
    return f"{_WAYS[request.method]} of {strategy_name(request.strategy)} on {request.symbol} {request.timeframe}"


def search_labels(known: pd.DataFrame) -> dict[str, str]:
    """Id → words to choose it by, of what `searches` gave."""
    return {
        str(
            row.id
        ): f"{_WAYS[SearchMethod(str(row.method))]} of {strategy_name(str(row.strategy))} on {row.symbol} "
        f"{row.timeframe} · {row.created_at:%Y-%m-%d %H:%M:%S} UTC"
        for row in known.itertuples()
    }


def strategy_name(strategy: str) -> str:
    """A strategy's title without the parameters that it usually has: here they vary."""
    return STRATEGIES[strategy].title.partition(" (")[0] if strategy in STRATEGIES else strategy


def search_setup(summary: SearchSummary) -> str:
    """What was searched, in a line: bars, dates, source, ranges, limits."""
    request = summary.request
    ranges = [
        f"{_parameter_words(d.name, d.low)} to {_value_words(d.name, d.high)}"
        + (" in equal ratios" if d.log else f" by {_value_words(d.name, d.step)}")
        for d in request.space
        if not d.fixed
    ]
    limits = (
        [] if request.worst_drawdown is None else [f"drawdown at most {percent(request.worst_drawdown, 1)}"]
    )
    limits += [f"at least {request.least_trades} trades"] if request.least_trades else []
    plan = request.windows
    windows = [] if plan is None else [
        f"{'anchored' if plan.anchored else 'rolling'} windows: search {plan.train:,} bars, test {plan.test:,}"
        + (f", gap {plan.gap:,}" if plan.gap else "")
    ]  # fmt: skip
    parts = [
        f"{summary.bars:,} bars, {summary.start:%Y-%m-%d} to {summary.stop:%Y-%m-%d}, from {summary.data_source}",
        *ranges, *windows, *limits, "costs and size as Settings say", f"computed in {summary.seconds:.1f} s",
    ]  # fmt: skip
    return " · ".join(parts)


def cell_words(parameters: dict[str, float]) -> str:
    """A cell's parameters in one line: fast 20, slow 50, stop 2 %."""
    return ", ".join(_parameter_words(name, value) for name, value in parameters.items())


def _parameter_words(name: str, value: float) -> str:
    return f"no {name}" if name in BRACKET and not value else f"{name} {_value_words(name, value)}"


def _value_words(name: str, value: float) -> str:
    if name in BRACKET:
        return percent(value, 1)
    return plain(value, 0) if value % 1 == 0 else f"{value:g}"
