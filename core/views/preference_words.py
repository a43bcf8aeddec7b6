"""Titles, groups and labels of settings whose own names do not say enough."""

from core.settings import LLM_USES

TITLES = {"llm": "Language model"}
"""Section → title of its tab."""

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "llm": (
        ("Where it answers", ("preset", "base_url", "model", "gguf")),
        ("What it is asked for", ("uses", "unvalidated")),
        ("What it may cost", ("day_tokens", "day_money", "cycle_tokens", "cycle_money", "prices")),
        ("What it may remember", ("cutoffs",)),
        ("How it is asked", ("temperature", "samples", "seed", "batch_tokens", "batch_units")),
        ("When it does not answer", ("timeout_seconds", "retries", "concurrency", "breaker_failures", "breaker_seconds")),
        ("How long answers stay fresh", ("keep_minutes_short", "keep_minutes_medium", "keep_minutes_long", "keep_days_text")),
        ("Prepared beforehand", ("preload", "preload_share")),
    )
}  # fmt: skip
"""Section → groups of its settings; what is named nowhere stands in a last group."""

SEVERAL = {("llm", "uses"): LLM_USES}
"""Lists whose entries are picked, not written."""

LABELS = {
    ("llm", "base_url"): "Address",
    ("llm", "gguf"): "GGUF file",
    ("llm", "uses"): "Uses",
    ("llm", "unvalidated"): "A trade that could not be validated",
    ("llm", "day_tokens"): "Tokens a day",
    ("llm", "day_money"): "US dollars a day",
    ("llm", "cycle_tokens"): "Tokens a cycle",
    ("llm", "cycle_money"): "US dollars a cycle",
    ("llm", "cutoffs"): "Knowledge cut-offs",
    ("llm", "batch_tokens"): "Tokens a request",
    ("llm", "batch_units"): "Headlines or snapshots a request",
    ("llm", "timeout_seconds"): "Longest wait (seconds)",
    ("llm", "concurrency"): "Requests at the same time",
    ("llm", "breaker_failures"): "Failures before a rest",
    ("llm", "breaker_seconds"): "Rest (seconds)",
    ("llm", "keep_minutes_short"): "Short horizon (minutes)",
    ("llm", "keep_minutes_medium"): "Medium horizon (minutes)",
    ("llm", "keep_minutes_long"): "Long horizon (minutes)",
    ("llm", "keep_days_text"): "Score of a text (days)",
    ("llm", "preload"): "Score news beforehand",
    ("llm", "preload_share"): "Share of the daily budget",
}
