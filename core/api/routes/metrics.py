"""Numbers for Prometheus, read off the store when they are asked for."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from core.api.routes.engine import Engine
from core.store import Store
from core.store.figures import STAGE_BUCKETS, Figures, read_figures

reading = APIRouter(tags=["metrics"])


@reading.get("/metrics", response_class=PlainTextResponse)
def get_metrics(engine: Engine) -> PlainTextResponse:
    """Signals, trades, profit, stage times, failures, language model and jobs, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(engine.store))
    return PlainTextResponse(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")


class _Figures:
    """The store as a collector."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """Every metric, as it stands now."""
        return [*_trading(read := read_figures(self._store)), *_working(read)]


def _trading(read: Figures) -> Iterable[Metric]:
    cycles = CounterMetricFamily("glassbox_cycles", "Cycles by how they ended.", labels=["verdict"])
    for verdict, count in read.cycles.items():
        cycles.add_metric([verdict], count)
    trades = CounterMetricFamily("glassbox_trades", "Closed trades.", labels=["world", "result"])
    profit = GaugeMetricFamily(
        "glassbox_profit", "Net profit of closed trades, quote currency.", labels=["world"]
    )
    equity = GaugeMetricFamily("glassbox_equity", "Value of the account, quote currency.", labels=["world"])
    success = GaugeMetricFamily("glassbox_success_rate", "Share of closed trades that won.", labels=["world"])
    for book in read.books:
        trades.add_metric([book.world, "won"], book.won)
        trades.add_metric([book.world, "lost"], book.lost)
        profit.add_metric([book.world], book.profit)
        if book.equity is not None:
            equity.add_metric([book.world], book.equity)
        if book.won + book.lost:
            success.add_metric([book.world], book.won / (book.won + book.lost))
    return cycles, trades, profit, equity, success


def _working(read: Figures) -> Iterable[Metric]:
    seconds = HistogramMetricFamily(
        "glassbox_stage_seconds", "Seconds of each stage of a cycle.", labels=["stage"]
    )
    for stage in read.stages:
        buckets = [(str(bound), count) for bound, count in zip(STAGE_BUCKETS, stage.within, strict=True)]
        seconds.add_metric([stage.name], [*buckets, ("+Inf", stage.count)], stage.total)
    calls = CounterMetricFamily(
        "glassbox_source_calls", "Requests to sources of data.", labels=["source", "outcome"]
    )
    for (source, outcome), count in read.source_calls.items():
        calls.add_metric([source, outcome], count)
    asked = CounterMetricFamily("glassbox_llm_calls", "Questions to the language model.", labels=["state"])
    for state, count in read.llm_calls.items():
        asked.add_metric([state], count)
    tokens = CounterMetricFamily("glassbox_llm_tokens", "Tokens of the language model.", labels=["way"])
    tokens.add_metric(["in"], read.tokens_in)
    tokens.add_metric(["out"], read.tokens_out)
    jobs = GaugeMetricFamily("glassbox_jobs", "Jobs by state.", labels=["state"])
    for state, count in read.jobs.items():
        jobs.add_metric([state], count)
    return seconds, calls, asked, tokens, jobs
