"""The ledger of the language model, summed the ways a page asks for it."""

from dataclasses import dataclass

import pandas as pd

from core.pipeline import Workbench
from core.records import CallState
from core.store.llm import read_calls, read_exchange

GROUPS = {"day": "Day", "use": "Use", "model": "Model", "asset": "Asset"}
"""What spending is summed over: name and word for it."""
MEASURES = {
    "tokens": "Tokens",
    "cost": "US dollars",
    "calls": "Requests",
    "seconds": "Seconds waited",
}
"""What is summed: column and unit."""
_SUMS = ["calls", "tokens", "cost", "seconds", "unpriced"]


@dataclass(frozen=True, slots=True)
class SentAndSaid:
    """One exchange, word for word; it is data and never markup."""

    messages: tuple[tuple[str, str], ...]
    """Role and content."""
    answer: str


def ledger(bench: Workbench, days: int) -> pd.DataFrame:
    """Calls of the last days, newest first; columns of `LlmCall`, symbols joined by commas, and `tokens`."""
    since = pd.Timestamp(bench.clock()) - pd.Timedelta(days=days)
    calls = read_calls(bench.store, since.to_pydatetime())
    calls["tokens"] = calls["tokens_in"] + calls["tokens_out"]
    return calls


def exchange(bench: Workbench, call_id: str) -> SentAndSaid | None:
    """What was sent and what came back; None where nothing was sent."""
    found = read_exchange(bench.store, call_id)
    return None if found is None else SentAndSaid(tuple(found.messages), found.answer)


def narrowed(calls: pd.DataFrame, uses: list[str], states: list[str], symbols: list[str]) -> pd.DataFrame:
    """The calls of these uses, states and assets; an empty list does not narrow."""
    keep = pd.Series(True, index=calls.index)
    if uses:
        keep &= calls["use"].isin(uses)
    if states:
        keep &= calls["state"].isin(states)
    if symbols:
        keep &= calls["symbols"].map(lambda names: bool(set(names.split(", ")) & set(symbols))).astype(bool)
    return calls[keep].reset_index(drop=True)


def symbols_of(calls: pd.DataFrame) -> list[str]:
    """Every asset that some call was about."""
    return sorted({name for names in calls["symbols"] for name in names.split(", ") if name})


def spending(calls: pd.DataFrame, by: str) -> pd.DataFrame:
    """Requests that were sent, summed by group and use: group, use, calls, tokens, cost, seconds, unpriced.

    A request about several assets is split evenly between them. Cost leaves out what has no price; `unpriced` counts it.

    Args:
        calls: rows of `ledger`.
        by: one of `GROUPS`.
    """
    sent = calls[calls["attempts"] > 0]
    rows = pd.DataFrame(
        {
            "group": _group(sent, by), "use": sent["use"], "calls": 1.0, "tokens": sent["tokens"].astype("float64"),
            "cost": sent["cost"].astype("float64").fillna(0.0), "seconds": sent["seconds"].astype("float64"),
            "unpriced": sent["cost"].isna().astype("float64"),
        }
    )  # fmt: skip
    if by == "asset":
        parts = rows["group"].str.split(", ")
        rows[_SUMS] = rows[_SUMS].div(parts.map(len), axis=0)
        rows = rows.assign(group=parts).explode("group")
        rows["group"] = rows["group"].replace("", "no asset")
    return rows.groupby(["group", "use"], as_index=False)[_SUMS].sum()


def spending_table(calls: pd.DataFrame, by: str) -> pd.DataFrame:
    """The same without uses, dearest first; cost is empty where no request of the group has a price."""
    sums = spending(calls, by).groupby("group", as_index=False)[_SUMS].sum()
    sums["cost"] = sums["cost"].mask(sums["unpriced"] >= sums["calls"])
    order = ["group"] if by == "day" else ["tokens", "group"]
    return sums.sort_values(order, ascending=by == "day" or [False, True], ignore_index=True)


def hit_rate(calls: pd.DataFrame) -> pd.DataFrame:
    """Units answered from the record against units that were asked, by hour or, over more than three days, by day.

    Returns: index `at` (start of the span, UTC), columns cached, asked, share (cached ÷ both). Failed calls gave no
    answer and are left out.
    """
    answered = calls[calls["state"].isin([CallState.CACHED.value, CallState.ANSWERED.value])]
    if answered.empty:
        return pd.DataFrame(
            columns=["cached", "asked", "share"], index=pd.DatetimeIndex([], tz="UTC", name="at")
        )
    times = pd.DatetimeIndex(answered["at"]).tz_convert("UTC")
    step = "h" if times.max() - times.min() < pd.Timedelta(days=3) else "D"
    cached = answered["state"] == CallState.CACHED.value
    sums = pd.DataFrame(
        {"cached": answered["units"].where(cached, 0).to_numpy(), "asked": answered["units"].where(~cached, 0).to_numpy()},
        index=times.floor(step).rename("at"),
    ).groupby(level=0).sum()  # fmt: skip
    return sums.assign(share=sums["cached"] / sums.sum(axis=1).where(lambda both: both > 0))


def _group(sent: pd.DataFrame, by: str) -> pd.Series:
    if by == "day":
        return pd.Series(
            pd.DatetimeIndex(sent["at"]).tz_convert("UTC").strftime("%Y-%m-%d"),
            index=sent.index,
            dtype="object",
        )
    return sent["symbols" if by == "asset" else by].astype("object")
