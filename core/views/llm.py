"""The language model as a page shows it: where it answers, how it does, what it took of the day's budget."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from core.llm import price_of
from core.llm.knowledge import cutoff_of
from core.pipeline import Workbench
from core.records import Spending
from core.settings import LlmSettings
from core.views.number import Number

NONE_CONFIGURED = "No language model is configured; the lexicon scores headlines, nothing else asks one."
_PRESETS = (
    ("openai", "a key and the name of a model", "yes", "by token; put the price into the settings"),
    ("openrouter", "a key and the name of a model, e.g. of Claude, Gemini or Llama", "yes", "by token; put the price into the settings"),
    ("ollama", "Ollama running on this machine, with a model pulled", "no", "nothing"),
    ("llama.cpp", "llama-server running on this machine with a GGUF file", "no", "nothing"),
    ("lmstudio", "LM Studio running on this machine with its server switched on", "no", "nothing"),
    ("local", "a GGUF file (llm.gguf) and requirements-local-llm.txt; the app starts the server itself", "no", "nothing"),
    ("custom", "the address of any OpenAI-compatible server (llm.base_url)", "if the server wants one", "nothing on this machine, else by token"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the model answers, as far as the settings say."""

    model: str
    """Empty until the server was asked which one it has."""
    fault: str
    """Why it cannot be used; empty when nothing speaks against it."""
    words: str
    """Where it answers, what it is asked for, how far its knowledge reaches."""
    facts: pd.DataFrame
    """fact, value, meaning."""
    uses: tuple[str, ...]


def presets() -> pd.DataFrame:
    """What each preset needs: preset, needs, key, cost."""
    return pd.DataFrame(_PRESETS, columns=["preset", "needs", "key", "cost"])


def connection(bench: Workbench) -> Connection | None:
    """The configured model; None when there is none."""
    model, settings = bench.llm, bench.settings.llm
    if model is None:
        return None
    endpoint = model.endpoint
    name = model.name or (model.wire.state().model if model.wire else "")
    price = price_of(name, settings, endpoint.free) if name or endpoint.free else None
    rows = [
        ("Preset", settings.preset.value, "Chosen in the settings."),
        ("Address", endpoint.base_url or "–", "Requests go there and nowhere else."),
        ("Model", name or "the first one that the server lists; known after the first answer", "Named in the settings, or asked of the server."),
        ("Key", "set" if endpoint.key else "none is set", "GLASSBOX_KEYS__LLM in the environment; never stored or shown."),
        ("Asked for", ", ".join(model.uses) or "nothing", "The setting llm.uses."),
        ("Price", _price_words(price, endpoint.free), "US dollars per million tokens, from the setting llm.prices."),
        ("Knows until", _cutoff_words(name, settings), "Decisions about moments before it may rest on memory instead of judgement: they are called contaminated and never counted in a headline."),
    ]  # fmt: skip
    facts = pd.DataFrame(rows, columns=["fact", "value", "meaning"])
    words = f"at {endpoint.name} is asked for {', '.join(model.uses) or 'nothing'}. {_knowledge_words(name, settings)}"
    return Connection(name, model.fault, words, facts, model.uses)


def state_numbers(bench: Workbench) -> tuple[Number, ...]:
    """How the endpoint does just now; nothing where there is none."""
    if bench.llm is None or bench.llm.wire is None:
        return ()
    state = bench.llm.wire.state()
    now = bench.clock()
    resting = state.resting_until is not None and state.resting_until > now
    return (
        Number("State", "resting" if resting else "ready", _rest_words(state.resting_until if resting else None, state.last_error), state.mode or ("no good answer yet" if state.requests else "not asked since the start")),
        Number("At the same time", f"{state.in_flight} of {int(state.limit)}", "Requests under way, and how many there may be just now: one more while answers come fast, half as many after a refusal.", f"at most {state.most} by the settings"),
        Number("Latency", "–" if state.latency is None else f"{state.latency:.2f} s", "Median wait for the last answers.", f"requests since the start: {state.requests}"),
    )  # fmt: skip


def budget_numbers(bench: Workbench, hits: pd.DataFrame) -> tuple[Number, ...]:
    """The day's spending (UTC) against its budget.

    Args:
        hits: `core.views.llm_ledger.hit_rate` of the shown days.
    """
    settings = bench.settings.llm
    spent = _spent_today(bench)
    units = float(hits[["cached", "asked"]].to_numpy().sum()) if len(hits) else 0.0
    share = "–" if not units else f"{float(hits['cached'].sum()) / units:.0%}"
    unpriced = f"; {spent.unpriced} without a price" if spent.unpriced else ""
    return (
        Number("Tokens today", f"{spent.tokens:,}", f"Since 00:00 UTC; at most {settings.day_tokens:,} (llm.day_tokens).", f"of {settings.day_tokens:,}"),
        Number("Money today", dollars(spent.money), f"US dollars since 00:00 UTC{unpriced}; at most {dollars(settings.day_money)} (llm.day_money).", f"of {dollars(settings.day_money)}" + (" + price unknown" if spent.unpriced else "")),
        Number("From the record", share, "Share of units (headlines, snapshots, proposals) that did not have to be asked again, over the days shown; and the requests that went over the wire today.", f"requests sent today: {spent.calls:,}"),
    )  # fmt: skip


def _spent_today(bench: Workbench) -> Spending:
    from core.store.llm import LlmMemory

    midnight = bench.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    return LlmMemory(bench.store).spent(midnight)


def dollars(value: float | None) -> str:
    """US dollars with the digits a small amount needs; «price unknown» for none."""
    if value is None:
        return "price unknown"
    if value == 0 or value >= 0.995:
        return f"${value:,.2f}"
    whole, _, digits = f"{value:.{4 if value >= 0.0001 else 8}f}".rstrip("0").partition(".")
    return f"${whole}.{digits:0<2}"


def _price_words(price: tuple[float, float] | None, free: bool) -> str:
    if free:
        return "nothing: it runs on this machine"
    if price is None:
        return "unknown: only tokens are counted (add a line to llm.prices)"
    return f"${price[0] * 1e6:,.4g} in, ${price[1] * 1e6:,.4g} out"


def _knowledge_words(model: str, settings: LlmSettings) -> str:
    known = cutoff_of(model, settings) if model else None
    if known is None:
        return "How far its knowledge reaches is not in the settings, so all but the last day counts as contaminated."
    return f"It knows the world until {known:%Y-%m-%d}."


def _cutoff_words(model: str, settings: LlmSettings) -> str:
    known: date | None = cutoff_of(model, settings) if model else None
    if known is None:
        return "not known: all but the last day counts as contaminated (llm.cutoffs)"
    return f"{known}"


def _rest_words(until: datetime | None, last_error: str) -> str:
    told = " Below: how answers are held to their schema (json_schema where the server can, else json_object, else text)."
    told += f" The last trouble: {last_error}" if last_error else ""
    if until is None:
        return f"It may be asked.{told}"
    return f"After failures in a row it is left alone until {until:%H:%M:%S} UTC.{told}"
