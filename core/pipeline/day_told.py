"""A daily report as the facts that a summary is written from, and the summary that needs no language model."""

from typing import Any

from core.pipeline.day_facts import told_facts
from core.pipeline.day_prose import day_prose
from core.pipeline.passport_prose import listed
from core.records import AssetDay, DayBook, DayFacts, DaySource, SystemState

_MOST = 3
"""Assets that the template names."""


def report_facts(
    facts: DayFacts, assets: tuple[AssetDay, ...], books: tuple[DayBook, ...], sources: tuple[DaySource, ...]
) -> dict[str, Any]:
    """JSON values, rounded as they are told. Titles of headlines are no part of them: they were written by others."""
    return told_facts(facts) | {
        "market": [_asset(asset) for asset in assets if asset.market is not None],
        "risk": [_book(book) for book in books],
        "sources_that_failed": [
            {"source": item.source, "failed": item.failed, "of": item.calls}
            for item in sources
            if item.failed
        ],
    }


def _asset(asset: AssetDay) -> dict[str, Any]:
    market, measured = asset.market, {item.name: item.value for item in asset.technicals}
    assert market is not None
    told: dict[str, Any] = {
        "asset": asset.symbol, "open": _six(market.open), "high": _six(market.high), "low": _six(market.low),
        "close": _six(market.close), "change_pct": _percent(market.change), "range_pct": _percent(market.range),
    }  # fmt: skip
    if market.usual_range is not None:
        told["usual_range_pct"] = _percent(market.usual_range)
    if "rsi_14" in measured:
        told["rsi_14"] = round(measured["rsi_14"], 1)
    if asset.regime is not None:
        told["regime"] = asset.regime.kind.value
    if asset.forecast is not None:
        told["forecast"] = [
            {"horizon": item.horizon, "bars": item.bars, "up_pct": _percent(item.p_up), "flat_pct": _percent(item.p_flat),
             "down_pct": _percent(item.p_down), "edge": item.edge}
            for item in asset.forecast.forecasts
        ]  # fmt: skip
    if asset.trust is not None:
        told["data_trust_of_100"] = round(asset.trust)
    return told


def _book(book: DayBook) -> dict[str, Any]:
    return {
        "world": book.lived.world, "state": book.state.value, "positions": len(book.held),
        "exposure_pct": _percent(book.exposure), "drawdown_pct": _percent(book.drawdown),
    }  # fmt: skip


def report_prose(day: str, facts: dict[str, Any]) -> str:
    """The summary without a language model; every number in it stands in the facts.

    Args:
        facts: of `report_facts`.
    """
    told = [_markets(facts["market"]), day_prose(day, facts), _risk(facts["risk"])]
    return " ".join(sentence for sentence in told if sentence)


def _markets(markets: list[dict[str, Any]]) -> str:
    if not markets:
        return ""
    widest = sorted(markets, key=lambda item: -abs(item["change_pct"]))[:_MOST]
    moves = [f"{item['asset']} {item['change_pct']:+.2f} % to {item['close']:,.6g}" for item in widest]
    wide = [
        item["asset"] for item in markets
        if "usual_range_pct" in item and item["range_pct"] > 1.5 * item["usual_range_pct"]
    ]  # fmt: skip
    more = f" {listed(wide[:_MOST])} moved in a far wider range than usual." if wide else ""
    return f"The market: {listed(moves)}.{more}"


def _risk(books: list[dict[str, Any]]) -> str:
    told = []
    for book in books:
        stopped = "" if book["state"] == SystemState.ACTIVE.value else f", and the system was {book['state']}"
        if book["positions"] or stopped:
            held = "1 position" if book["positions"] == 1 else f"{book['positions']} positions"
            told.append(
                f"At the end {held} stood for {book['exposure_pct']:.2f} % of the equity, {book['drawdown_pct']:.2f} % below "
                f"its peak{stopped}."
            )
    return " ".join(told)


def _percent(fraction: float) -> float:
    return round(fraction * 100, 2) + 0.0


def _six(price: float) -> float:
    """To six significant digits."""
    return float(f"{price:.6g}")
