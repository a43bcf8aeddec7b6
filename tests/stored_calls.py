"""A ledger of a language model for the pages and views that read one."""

from datetime import datetime, timedelta

from core.records import CallState, Exchange, LlmCall, LlmUse
from core.store import Store
from core.store.llm import LlmMemory

PROMPT = "Score each text. <b>bold</b> **markdown** $x$ :red[colour]"
ANSWER = '{"answers": [{"echo": "<script>alert(1)</script>", "score": 0.4}]}'


def call(number: int, at: datetime, **other: object) -> LlmCall:
    """An answered request about five headlines of BTC-USD, unless told otherwise."""
    facts: dict[str, object] = {
        "id": f"call-{number}", "at": at, "use": LlmUse.SENTIMENT, "model": "fake-model", "endpoint": "custom",
        "prompt": "sentiment-1", "symbols": ("BTC-USD",), "units": 5, "state": CallState.ANSWERED, "cycle_id": "",
        "mode": "json_schema", "tokens_in": 800, "tokens_out": 200, "cost": 0.001, "seconds": 1.5, "attempts": 1,
    } | other  # fmt: skip
    return LlmCall(**facts)  # type: ignore[arg-type]


def cached(number: int, at: datetime, units: int) -> LlmCall:
    """Answers out of the record."""
    return call(
        number, at, units=units, state=CallState.CACHED, mode="", tokens_in=0, tokens_out=0, cost=0.0, seconds=0.0, attempts=0
    )  # fmt: skip


def store_calls(store: Store, now: datetime) -> None:
    """Five calls: today a shared one, one without a price, one from the record; yesterday one; a failure."""
    memory = LlmMemory(store)
    memory.note(
        call(1, now - timedelta(minutes=9), symbols=("BTC-USD", "ETH-USD")),
        Exchange((("system", "You score texts."), ("user", PROMPT)), ANSWER),
    )
    memory.note(
        call(2, now - timedelta(minutes=8), use=LlmUse.FORECAST, model="dear-model", units=1, cost=None)
    )
    memory.note(cached(3, now - timedelta(minutes=7), units=6))
    memory.note(call(4, now - timedelta(days=1)))
    memory.note(
        call(5, now - timedelta(minutes=6), use=LlmUse.VALIDATION, state=CallState.FAILED, tokens_in=0, tokens_out=0,
             cost=0.0, seconds=60.0, attempts=3, reason="custom does not answer."),
    )  # fmt: skip
