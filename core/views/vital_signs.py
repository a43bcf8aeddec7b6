"""The vital signs of the program: a few numbers for each part of it, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from core.alerts.watching import MOST_ATTEMPTS
from core.pipeline import Workbench
from core.records import ChainCheck
from core.store.alerts import told_since, waiting_alerts
from core.store.copies import copies, made_at
from core.store.jobs import JobState, list_jobs
from core.store.llm import LlmMemory
from core.views.number import Number

_DAY = timedelta(days=1)
_OLD = timedelta(hours=36)
"""A nightly back-up older than this was missed."""


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """Numbers in rows of four, and sentences about what is not well."""

    running: tuple[Number, ...]
    keeping: tuple[Number, ...]
    model: tuple[Number, ...]
    troubles: tuple[str, ...]


def vital_signs(
    bench: Workbench,
    opened_at: datetime,
    size_bytes: int,
    sources: pd.DataFrame,
    errors: pd.DataFrame,
    chain: ChainCheck,
) -> VitalSigns:
    """Look at everything once.

    Args:
        sources: of `provider_table`.
        errors: of `errors_since`, of the last day.
    """
    now = bench.clock()
    jobs, jobs_trouble = _jobs(bench, now)
    copy, copy_trouble = _back_up(bench, now)
    channel, channel_trouble = _channel(bench, now)
    providers, source_trouble = _sources(sources)
    faults = int(errors.loc[errors["level"] != "warning", "count"].sum()) if len(errors) else 0
    warnings = int(errors["count"].sum()) - faults if len(errors) else 0
    model, model_trouble = _model(bench, now)
    return VitalSigns(
        running=(
            Number("Up for", span(now - opened_at), "Time since the engine opened.", f"since {opened_at:%d %b %H:%M} UTC"),
            Number("Errors, last day", f"{faults:,}", "Lines of the log from «error» on and jobs that failed, of the last 24 hours; counted by kind below.", f"and {warnings:,} warning{'' if warnings == 1 else 's'}"),
            jobs,
            channel,
        ),
        keeping=(
            _store(bench, size_bytes),
            copy,
            Number("Audit trail", "whole" if chain.broken_at is None else f"changed at {chain.broken_at:,}", chain.words, f"{chain.entries:,} entr{'y' if chain.entries == 1 else 'ies'}"),
            providers,
        ),
        model=model,
        troubles=tuple(
            words for words in (
                "" if chain.broken_at is None else f"{chain.words} Compare it with a back-up.",
                copy_trouble, source_trouble, model_trouble, jobs_trouble, channel_trouble,
                f"{faults:,} error{'' if faults == 1 else 's'} in the last day: see below." if faults else "",
            ) if words
        ),
    )  # fmt: skip


def span(length: timedelta) -> str:
    """A length of time in its two largest units."""
    seconds = max(0, int(length.total_seconds()))
    parts = [
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    ]
    first = next((at for at, (count, _) in enumerate(parts) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2])


def _jobs(bench: Workbench, now: datetime) -> tuple[Number, str]:
    active = list_jobs(bench.store, 1000, active=True)
    waiting = [job for job in active if job.state is JobState.QUEUED]
    oldest = min((job.submitted_at for job in waiting), default=None)
    meaning = "Long work that waits for a thread, and that is done just now."
    told = f"oldest waits {span(now - oldest)}" if oldest else f"{bench.settings.job_threads} threads"
    late = oldest is not None and now - oldest > timedelta(minutes=30)
    trouble = f"A job has waited for {span(now - oldest)}: {waiting[-1].kind}." if late and oldest else ""
    return Number(
        "Jobs", f"{len(waiting)} + {len(active) - len(waiting)}", f"Waiting + running. {meaning}", told
    ), trouble


def _store(bench: Workbench, size_bytes: int) -> Number:
    """Size, and growth as the back-ups tell it: they hold the same rows without free space."""
    found = [(made_at(path), path.stat().st_size) for path in copies(bench.settings.backup_dir)]
    dated = [(at, size) for at, size in found if at is not None]
    growth = "growth not known yet"
    if len(dated) > 1 and (days := (dated[0][0] - dated[-1][0]) / _DAY) > 0.5:
        growth = f"{(dated[0][1] - dated[-1][1]) / 1e6 / days:+.2f} MB a day"
    words = f"{bench.store.path}, with its log. Growth is the difference between the oldest and the newest back-up, so it takes two nights to know."
    return Number("Database", f"{size_bytes / 1e6:.1f} MB", words, growth)


def _back_up(bench: Workbench, now: datetime) -> tuple[Number, str]:
    found = copies(bench.settings.backup_dir)
    made = made_at(found[0]) if found else None
    meaning = "Each copy is opened and compared with what was copied before it gets its name; `restore` reads it again."
    nightly = bench.settings.autopilot.nightly_backup
    if made is None:
        return Number(
            "Last back-up", "none", meaning, "python -m core backup"
        ), "There is no back-up yet: make one with `python -m core backup`."
    age = max(now - made, timedelta(0))
    told = f"checked · {len(found)} kept"
    trouble = (
        f"The last back-up is {span(age)} old: last night's was missed." if nightly and age > _OLD else ""
    )
    return Number("Last back-up", f"{span(age)} ago", meaning, told), trouble


def _channel(bench: Workbench, now: datetime) -> tuple[Number, str]:
    settings, secret = bench.settings.alerts, bench.settings.keys.alerts
    if secret is None:
        words = "Alerts are kept in the inbox and sent to nobody: set GLASSBOX_KEYS__ALERTS."
        return Number("Alerts", "inbox only", words, "no address is set"), ""
    sent = told_since(bench.store, now - timedelta(hours=1))
    waiting = waiting_alerts(bench.store, settings.least, 1_000_000)
    lost = sum(item.attempts >= MOST_ATTEMPTS for item in waiting)
    meaning = f"Messages sent in the last hour, of at most {settings.per_hour}; and alerts that still wait or could not be delivered."
    told = f"{len(waiting) - lost} wait, {lost} undelivered"
    trouble = (
        f"{lost} alerts could not be delivered in {MOST_ATTEMPTS} tries: check the addresses, then send a test on the Alerts page."
        if lost
        else ""
    )
    return Number("Alerts sent", f"{sent} of {settings.per_hour}", meaning, told), trouble


def _sources(table: pd.DataFrame) -> tuple[Number, str]:
    asked = table[table["calls"] > 0]
    bad = asked[asked["state"].str.startswith(("resting", "failed"))]
    meaning = "Providers whose newest answer was good, of those that were asked in the last two weeks."
    told = f"{len(table) - len(asked)} not asked yet" if len(table) > len(asked) else "all asked"
    trouble = f"No answer from {', '.join(bad['source'])}: see Data sources." if len(bad) else ""
    return Number(
        "Sources", f"{len(asked) - len(bad)} of {len(asked)}" if len(asked) else "–", meaning, told
    ), trouble


def _model(bench: Workbench, now: datetime) -> tuple[tuple[Number, ...], str]:
    """The language model; nothing where none is configured."""
    if bench.llm is None:
        return (), ""
    fault = bench.llm.fault
    state = bench.llm.wire.state() if bench.llm.wire else None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spent = LlmMemory(bench.store).spent(midnight)
    limit = bench.settings.llm.day_tokens
    name = (state.model if state else "") or bench.llm.name or "not known yet"
    breaker = state.breaker if state else "closed"
    numbers = (
        Number("Language model", bench.llm.endpoint.name, "Where it answers; the page Language model says more.", name),
        Number("Breaker", breaker, "Closed: questions go out. Open: it rests after failures. Half-open: one question tries it.", f"{state.failures if state else 0} failures in a row"),
        Number("Tokens today", f"{spent.tokens:,}", "In and out since 00:00 UTC.", f"of {limit:,}" if limit else "no limit"),
        Number("Answers in", "–" if state is None or state.latency is None else f"{state.latency:.2f} s", "Median wait for the last answers.", f"{state.requests if state else 0} requests since the start"),
    )  # fmt: skip
    said = fault or (state.last_error if state and breaker != "closed" else "")
    return numbers, f"The language model does not answer: {said}" if said else ""
