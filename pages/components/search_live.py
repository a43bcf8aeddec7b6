"""A search under way: the cells and windows so far."""

from core.charts.search_course import search_course
from core.charts.search_walk import window_chart
from core.runtime import Runtime
from core.views.search import live_search
from pages.components.look import figure, look
from pages.components.search_result import unit


def live_report(runtime: Runtime, job_id: str) -> None:
    """What is known before the end; nothing before the first cell."""
    live = live_search(runtime.bench, job_id)
    if live is None:
        return
    if not live.windows.empty:
        figure(window_chart(live.windows, "not known yet", look()), key="search_live_windows")
    cells = live.scores
    if cells.empty:
        return
    shown = search_course(
        cells["position"].to_numpy(), cells["score"].to_numpy(), cells["allowed"].to_numpy(),
        int(cells["pruned"].sum()), unit(live.request.objectives[0]), look(),
    )  # fmt: skip
    figure(shown, key="search_live")
