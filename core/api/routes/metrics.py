"""Numbers for Prometheus, read off the store when they are asked for."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from core.api.routes.engine import Engine
from core.api.shared_answers import SharedRoute
from core.store import Store
from core.store.figures import STAGE_BUCKETS, Figures, read_figures
from core.store.jobs import JobState

reading = APIRouter(tags=["metrics"], route_class=SharedRoute)


@reading.get("/metrics", response_class=PlainTextResponse)
def get_metrics(engine: Engine) -> PlainTextResponse:
    """Signals, trades, profit, stage times, failures, language model and jobs, in Prometheus' text format."""
    return PlainTextResponse(_written(engine.store), media_type="text/plain; version=0.0.4; charset=utf-8")


def _written(store: Store) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(store))
    return generate_latest(registry)


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
    signals = CounterMetricFamily(
        "glassbox_signals", "Fused signals by what was decided on them.", labels=["verdict"]
    )
    for verdict, count in read.signals.items():
        signals.add_metric([verdict], count)
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
    return cycles, signals, trades, profit, equity, success


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
    failures = CounterMetricFamily(
        "glassbox_source_failures", "Requests to sources of data that brought nothing.", labels=["source"]
    )
    for (source, outcome), count in read.source_calls.items():
        calls.add_metric([source, outcome], count)
    for source in dict.fromkeys(source for source, _ in read.source_calls):
        failed = sum(
            count for (name, how), count in read.source_calls.items() if name == source and how != "ok"
        )
        failures.add_metric([source], failed)
    asked = CounterMetricFamily("glassbox_llm_calls", "Questions to the language model.", labels=["state"])
    for state, count in read.llm_calls.items():
        asked.add_metric([state], count)
    tokens = CounterMetricFamily("glassbox_llm_tokens", "Tokens of the language model.", labels=["way"])
    tokens.add_metric(["in"], read.tokens_in)
    tokens.add_metric(["out"], read.tokens_out)
    hits = CounterMetricFamily(
        "glassbox_cache_hits", "Questions answered out of the cache of answers.", labels=["cache"]
    )
    hits.add_metric(["llm"], read.cache_hits)
    misses = CounterMetricFamily("glassbox_cache_misses", "Questions that had to be sent.", labels=["cache"])
    misses.add_metric(["llm"], read.cache_misses)
    queue = GaugeMetricFamily("glassbox_job_queue", "Jobs that wait or run now.", labels=["state"])
    for state in (JobState.QUEUED, JobState.RUNNING):
        queue.add_metric([state.value], read.jobs.get(state.value, 0))
    jobs = GaugeMetricFamily("glassbox_jobs", "Jobs by state.", labels=["state"])
    for state, count in read.jobs.items():
        jobs.add_metric([state], count)
    return seconds, calls, failures, asked, tokens, hits, misses, queue, jobs
