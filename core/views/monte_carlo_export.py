"""A simulation as a file."""

import pandas as pd

from core.views.monte_carlo import MonteCarloView


def figures_csv(view: MonteCarloView) -> str:
    """A row for each figure: name, meaning, unit, percentiles over the paths, and the run with its rank; then the chances.

    Levels are relative to the start, falls and shares are fractions; a chance stands in p50 with its standard error in
    `error`.
    """
    run = view.run
    figures = [
        {
            "figure": item.name, "meaning": item.meaning, "unit": item.unit, "p1": item.p1, "p5": item.p5, "p25": item.p25,
            "p50": item.p50, "p75": item.p75, "p95": item.p95, "p99": item.p99, "run": item.actual, "rank": item.rank,
        }
        for item in run.distributions
    ]  # fmt: skip
    chances = [
        {"figure": name, "meaning": meaning, "unit": "chance", "p50": chance.value, "error": chance.error}
        for name, meaning, chance in (
            ("loss", "Ends below its start.", run.loss),
            ("deep", f"Falls more than {run.request.drawdown_limit:.0%} from a peak.", run.deep),
            ("ruin", f"Ever at {run.request.ruin:.0%} of the start or less.", run.ruin),
            ("goal", f"Reaches {run.request.goal:.0%} of the start before ruin.", run.goal),
        )
    ]
    table = pd.DataFrame([*figures, *chances])
    return table.assign(method=run.request.method.value, paths=run.request.paths, horizon=run.horizon, seed=run.request.seed).to_csv(
        index=False
    )  # fmt: skip
