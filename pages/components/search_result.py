"""What a finished search shows: verdict, numbers, the space with plateau and peak, and how far to trust it."""

import plotly.graph_objects as go
import streamlit as st

from core.charts.search_course import search_course
from core.charts.search_surface import Mark, Unit, score_cloud, score_line, score_map
from core.charts.search_trust import importance_chart, overfitting_chart, pareto_chart
from core.records import CellResult, Objective, SearchMethod
from core.runtime import shared_runtime
from core.views.search import RATIOS, SearchView, backtest_arguments
from core.views.search_slice import search_slice
from core.views.search_titles import cell_words
from core.views.search_words import OBJECTIVE_TITLES
from pages.components.backtest_verdict import edge_card
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.search_walk import walk_report


def search_report(view: SearchView) -> None:
    """The whole report."""
    summary = view.summary
    st.subheader(view.title)
    st.caption(view.setup)
    if summary.verdict is not None:
        edge_card(summary.verdict)
    numbers(view.numbers)
    if summary.notes:
        st.info("\n".join(f"- {note}" for note in summary.notes), icon=":material/info:")
    if summary.walk_forward is not None:
        walk_report(view)
        return
    if summary.plateau is None or summary.peak is None:
        return
    _chosen(view, summary.plateau, summary.peak)
    _space(view, summary.plateau, summary.peak)
    left, right = st.columns(2)
    with left:
        figure(importance_chart(summary.importance, look()), key="search_importance")
    with right:
        figure(overfitting_chart(summary.overfitting, look()), key="search_overfitting")
    if len(summary.request.objectives) > 1:
        left, right = st.columns(2)
        with right:
            figure(_pareto(view, summary.plateau), key="search_pareto")
    else:
        left = st.container()
    with left:
        figure(_course(view), key="search_course")
    _table(view)


def unit(objective: Objective) -> Unit:
    """How an objective is written."""
    return Unit(OBJECTIVE_TITLES[objective], percent=objective not in RATIOS)


def backtest_button(view: SearchView, parameters: dict[str, float], label: str, key: str) -> None:
    """Run the full report of one cell and go there."""
    if st.button(
        label,
        icon=":material/history:",
        key=key,
        help="Runs this cell over the same dates, with the full report.",
    ):
        job = shared_runtime().jobs.submit("backtest", backtest_arguments(view.summary, parameters))
        st.switch_page("pages/research/backtest.py", query_params={"job": job})


def _chosen(view: SearchView, plateau: CellResult, peak: CellResult) -> None:
    lead = unit(view.summary.request.objectives[0])
    for column, name, cell, why in zip(
        st.columns(2), ("Plateau", "Peak"), (plateau, peak),
        ("chosen: its neighbours are good too", "best single cell: shown for comparison"), strict=True,
    ):  # fmt: skip
        with column.container(border=True):
            st.markdown(f"**{name}** ({why})\n\n{cell_words(cell.parameters)}")
            st.caption(
                f"Score {lead.text(cell.score)}; {cell.neighbours} cells in its neighbourhood: mean "
                f"{lead.text(cell.mean)}, worst {lead.text(cell.worst)}."
            )
            backtest_button(view, cell.parameters, "Backtest this cell", f"search_backtest_{name}")


def _space(view: SearchView, plateau: CellResult, peak: CellResult) -> None:
    """Scores and neighbourhoods beside each other."""
    lead = unit(view.summary.request.objectives[0])
    if len(view.searched) == 1:
        name = view.searched[0]
        cells = view.cells
        marks = [Mark(label, cell.parameters[name], cell.score, symbol) for label, cell, symbol in
                 (("plateau", plateau, "star"), ("peak", peak, "circle-open"))]  # fmt: skip
        figure(
            score_line(cells[name].to_numpy(), cells["score"].to_numpy(), cells["mean"].to_numpy(), cells["worst"].to_numpy(), name, lead, marks, look()),
            key="search_line",
        )  # fmt: skip
        return
    names = list(view.searched)
    if len(names) > 2:
        first, second = st.columns(2)
        x = first.selectbox(
            "Across", names, 0, key=f"search_x_{view.summary.id}", help="Parameter of the horizontal axis."
        )
        y = second.selectbox("Upwards", [n for n in names if n != x], 0, key=f"search_y_{view.summary.id}", help="Parameter of the vertical axis; the others stand at the plateau's values in a grid.")  # fmt: skip
    else:
        x, y = names
    marks = [
        Mark("plateau (chosen)", plateau.parameters[x], plateau.parameters[y], "star"),
        Mark("peak", peak.parameters[x], peak.parameters[y], "circle-open"),
    ]
    titles = (f"{lead.title} of each cell", "Mean of each neighbourhood")
    if view.summary.request.method is SearchMethod.GRID:
        part = search_slice(view, x, y, plateau.position)
        drawn = [
            score_map(part.x, part.y, scores, part.hovers, (x, y), lead, marks, view.reach, look(), title)
            for scores, title in zip((part.score, part.mean), titles, strict=True)
        ]
    else:
        cells, logs = view.cells, {d.name: d.log for d in view.summary.request.space}
        drawn = [
            score_cloud(cells[x].to_numpy(), cells[y].to_numpy(), cells[column].to_numpy(), view.hovers, (x, y), lead, marks,
                        view.reach, (logs[x], logs[y]), look(), title, without)
            for column, title, without in zip(
                ("score", "mean"), titles, ("given up early", "fewer than three cells near"), strict=True
            )
        ]  # fmt: skip
    for column, chart, key in zip(st.columns(2), drawn, ("search_map", "search_surface"), strict=True):
        with column:
            figure(chart, key=key)
    if len(names) > 2 and view.summary.request.method is SearchMethod.GRID:
        st.caption(
            "A slice through the plateau: the other parameters stand at its values. The peak may lie outside it."
        )


def _course(view: SearchView) -> go.Figure:
    cells = view.cells
    return search_course(
        cells.index.to_numpy(), cells["score"].to_numpy(), cells["allowed"].to_numpy(), view.summary.pruned,
        unit(view.summary.request.objectives[0]), look(),
    )  # fmt: skip


def _pareto(view: SearchView, plateau: CellResult) -> go.Figure:
    first, second = view.summary.request.objectives[:2]
    cells = view.cells
    return pareto_chart(
        cells[first.value].to_numpy(), cells[second.value].to_numpy(), view.summary.front, cells["allowed"].to_numpy(),
        view.hovers, (unit(first), unit(second)), plateau.position, look(),
    )  # fmt: skip


def _table(view: SearchView) -> None:
    column = st.column_config
    with st.expander("All cells", icon=":material/table_rows:"):
        st.dataframe(
            view.cells.sort_values("mean", ascending=False).head(1000), hide_index=True,
            column_order=[*view.searched, "score", "mean", "worst", "total_return", "sharpe", "max_drawdown", "trades", "allowed", "pruned"],
            column_config={
                "score": column.NumberColumn("Score", help="Leading objective.", format="%.3f"),
                "mean": column.NumberColumn("Neighbourhood", help="Mean score of the cell and its neighbours.", format="%.3f"),
                "worst": column.NumberColumn("Worst near", help="Lowest score in the neighbourhood.", format="%.3f"),
                "total_return": column.NumberColumn("Return", format="percent"),
                "sharpe": column.NumberColumn("Sharpe", format="%.2f"),
                "max_drawdown": column.NumberColumn("Drawdown", format="percent"),
                "trades": column.NumberColumn("Trades", format="%d"),
                "allowed": column.CheckboxColumn("May be chosen", help="Ran to the end and keeps the limits."),
                "pruned": column.CheckboxColumn("Given up", help="Poor on the first part of the history; its figures are those of that part."),
            },
        )  # fmt: skip
        st.download_button(
            "Cells as CSV", view.cells.to_csv(index=False).encode(), f"{view.summary.id}-cells.csv", "text/csv", on_click="ignore"
        )  # fmt: skip
