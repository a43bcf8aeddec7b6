"""What to search: strategy, ranges, method, objectives, limits, windows."""

from datetime import UTC, datetime, time

import streamlit as st

from core.errors import InputError
from core.pipeline.search_request import read_search_request, request_arguments
from core.records import Dimension, Objective, SearchMethod, SearchRequest, WindowPlan
from core.runtime import Runtime
from core.views.search import searchable_strategies
from core.views.search_form import cells_of, space_of, space_table, usual_windows
from core.views.search_titles import strategy_name
from core.views.search_words import OBJECTIVE_MEANINGS, OBJECTIVE_TITLES
from pages.components.choices import Choice

METHODS = {
    SearchMethod.GRID: ("Grid", "runs every cell: the whole picture, for up to three parameters"),
    SearchMethod.TPE: ("TPE", "learns where good cells lie (Optuna): for many parameters"),
    SearchMethod.WALK_FORWARD: (
        "Walk-forward",
        "searches on one stretch, trades the next: the honest test of searching",
    ),
}
USUAL_BARS = 6000


def search_form(runtime: Runtime, chosen: Choice) -> dict[str, str] | None:
    """Draw the choices; the arguments of a job when the button was pressed and everything is in order."""
    strategies = {strategy.name: strategy for strategy in searchable_strategies()}
    what, how = st.columns([3, 2])
    name = what.selectbox(
        "Strategy", list(strategies), format_func=strategy_name, key="search_strategy",
        help="Each is one small file in core/signals.",
    )  # fmt: skip
    method = how.segmented_control(
        "Method", list(METHODS), default=SearchMethod.GRID, format_func=lambda key: METHODS[key][0], key="search_method",
        required=True, help="\n".join(f"- **{title}** {meaning}." for title, meaning in METHODS.values()),
    ) or SearchMethod.GRID  # fmt: skip
    try:
        space = _space(runtime, name)
    except InputError as err:
        st.error(str(err), icon=":material/error:", title="This cannot be searched")
        return None
    objectives, drawdown, trades = _aims(method)
    inner, trials, prune, plan = _effort(method, len(objectives))
    start, stop = _dates()
    cells = cells_of(space)
    grid = SearchMethod.GRID in (method, inner if method is SearchMethod.WALK_FORWARD else method)
    st.caption(
        f"{cells:,} cells{' in each window' if method is SearchMethod.WALK_FORWARD else ''}; each is counted as a trial "
        f"for good, so that the verdict knows how often luck had a chance."
        if grid
        else f"{trials:,} cells of {cells:,} in the grid of these ranges; each is counted as a trial for good."
    )
    if not st.button(
        "Start the search", type="primary", icon=":material/travel_explore:", key="search_start"
    ):
        return None
    request = SearchRequest(
        chosen.symbol, chosen.timeframe.value, chosen.source, name, method, space, objectives, drawdown, trades,
        trials, prune, inner, plan, 7, start, stop,
    )  # fmt: skip
    try:
        read_search_request(request_arguments(request), runtime.settings)
    except InputError as err:
        st.error(str(err), icon=":material/error:", title="This cannot be searched")
        return None
    return request_arguments(request)


def _space(runtime: Runtime, name: str) -> tuple[Dimension, ...]:
    column = st.column_config
    table = st.data_editor(
        space_table(runtime.bench, name), hide_index=True, key=f"search_space_{name}", num_rows="fixed",
        disabled=["parameter", "meaning"],
        column_config={
            "vary": column.CheckboxColumn("Vary", help="Search this parameter; else it stands at the value in «Fixed at»."),
            "parameter": column.TextColumn("Parameter"),
            "low": column.NumberColumn("From", help="Smallest value, included.", format="%.6g"),
            "high": column.NumberColumn("To", help="Largest value, included.", format="%.6g"),
            "step": column.NumberColumn("Step", help="Distance of the values; not used with equal ratios.", format="%.6g"),
            "ratios": column.CheckboxColumn("Ratios", help="Equal ratios instead of equal steps: ten values, each a fixed factor above the last. Fits lengths, where 5 against 6 differs as 50 against 60."),
            "fixed": column.NumberColumn("Fixed at", help="Value when it is not varied.", format="%.6g"),
            "meaning": column.TextColumn("Meaning", width="large"),
        },
    )  # fmt: skip
    return space_of(runtime.bench, name, table)


def _aims(method: SearchMethod) -> tuple[tuple[Objective, ...], float | None, int]:
    """Objectives and limits."""
    first, second, third = st.columns([2, 1, 1])
    wanted = first.multiselect(
        "Objectives", list(Objective), default=[Objective.SHARPE], format_func=lambda item: OBJECTIVE_TITLES[item],
        key="search_objectives", help="The first leads; with several, the cells that no other beats in all of them (the "
        "Pareto front) are shown too.\n\n" + "\n".join(f"- **{OBJECTIVE_TITLES[o]}**: {OBJECTIVE_MEANINGS[o]}" for o in Objective),
    )  # fmt: skip
    deepest = second.number_input(
        "Drawdown limit (%)", min_value=0.1, max_value=100.0, value=None, step=1.0, key="search_drawdown",
        placeholder="none", help="A cell that falls further from a peak is shown and not chosen.",
    )  # fmt: skip
    fewest = third.number_input(
        "Least trades", min_value=0, value=30, step=10, key="search_trades",
        help="A cell with fewer closed trades is shown and not chosen: 30 is a bare minimum to tell skill from luck.",
    )  # fmt: skip
    return tuple(wanted) or (Objective.SHARPE,), None if deepest is None else deepest / 100, int(fewest)


def _effort(method: SearchMethod, objectives: int) -> tuple[SearchMethod, int, bool, WindowPlan | None]:
    """How much is run: trials and pruning of TPE, windows of a walk-forward."""
    inner, trials, prune, plan = SearchMethod.GRID, 200, True, None
    if method is SearchMethod.WALK_FORWARD:
        usual = usual_windows(USUAL_BARS)
        columns = st.columns(5)
        train = columns[0].number_input(
            "Search on (bars)",
            min_value=50,
            value=usual.train,
            step=100,
            key="search_train",
            help="Bars that each search sees.",
        )
        test = columns[1].number_input(
            "Test on (bars)",
            min_value=5,
            value=usual.test,
            step=50,
            key="search_test",
            help="Bars after them that the chosen cell trades.",
        )
        gap = columns[2].number_input(
            "Gap (bars)",
            min_value=0,
            value=0,
            step=1,
            key="search_gap",
            help="Bars between search and test that neither sees (embargo).",
        )
        kind = columns[3].selectbox(
            "Windows",
            ["rolling", "anchored"],
            key="search_windows",
            help="Rolling: each search forgets the oldest bars. Anchored: each begins at the first bar.",
        )
        inner = columns[4].selectbox(
            "Search by",
            [SearchMethod.GRID, SearchMethod.TPE],
            format_func=lambda key: METHODS[key][0],
            key="search_inner",
            help="How each window is searched.",
        )
        plan = WindowPlan(int(train), int(test), int(gap), kind == "anchored")
    if SearchMethod.TPE in (method, inner):
        left, right = st.columns([1, 3], vertical_alignment="bottom")
        trials = int(
            left.number_input(
                "Trials",
                min_value=10,
                max_value=20_000,
                value=200 if plan is None else 40,
                step=10,
                key="search_trials",
                help="Cells that TPE runs (in each window of a walk-forward).",
            )
        )
        prune = right.toggle(
            "Give up poor cells early",
            value=True,
            key="search_prune",
            disabled=objectives > 1,
            help="A cell below the median on the first quarter or half of the history is not run to the end. Only with one objective.",
        )
    return inner, trials, prune, plan  # fmt: skip


def _dates() -> tuple[datetime | None, datetime | None]:
    first, last = st.columns(2)
    start = first.date_input(
        "From", value=None, key="search_from", help="First day; empty: as far back as the data goes."
    )
    stop = last.date_input(
        "To", value=None, key="search_to", help="Last day, included; empty: until the last bar."
    )
    return (
        datetime.combine(start, time.min, UTC) if start else None,
        datetime.combine(stop, time.max, UTC) if stop else None,
    )
