"""Signals of many assets for the page and the command line, and the history of the sources' weights."""

from typing import Any

import pandas as pd

from core.pipeline.run import Workbench
from core.records import AssetSignal, MetaModel, Ranked, SignalScan, Timeframe
from core.store.meta import meta_history
from core.store.scans import newest_scan
from core.store.weights import read_weights
from core.views.number import Number


def last_scan(bench: Workbench, timeframe: str, source: str) -> SignalScan | None:
    """The last look at many assets; None before the first."""
    return newest_scan(bench.store, timeframe, source)


def weight_history(
    bench: Workbench, symbol: str, timeframe: Timeframe, world: str | None = None
) -> pd.DataFrame:
    """Weights of the sources in the cycles of an asset; see `core.store.weights.read_weights`."""
    return read_weights(bench.store, symbol, timeframe, world)


def meta_models(bench: Workbench, symbol: str) -> tuple[MetaModel, ...]:
    """Meta-models of an asset, the newest moment first."""
    return meta_history(bench.store, symbol, 20)


def scan_numbers(scan: SignalScan) -> tuple[Number, ...]:
    """What the look found."""
    loud = sum(one.fused.confidence >= scan.threshold for one in scan.signals)
    taken = sum(one.taken for one in scan.ranked)
    return (
        Number("Assets", f"{len(scan.signals):,}", "Assets whose sources could be judged."),
        Number(
            "Reach the threshold", f"{loud:,}",
            f"Assets whose fused confidence reaches {scan.threshold:.2f}, the bar of the settings.",
        ),
        Number(
            "Free slots", f"{scan.slots:,}",
            "Positions that may still be opened: the largest number of the settings less what is held or waits.",
        ),
        Number("Would be taken", f"{taken:,}", "Signals that pass every filter and find a free slot."),
    )  # fmt: skip


def scan_table(scan: SignalScan) -> pd.DataFrame:
    """A row for each asset in order of its place: place, symbol, taken, direction, confidence, disagreement, chance,
    needed, say, volatility, price, as_of, reason."""
    return pd.DataFrame([_row(one, rank) for one, rank in zip(scan.signals, scan.ranked, strict=True)])


def _row(one: AssetSignal, rank: Ranked) -> dict[str, Any]:
    meta = one.fused.meta
    return {
        "place": rank.place,
        "symbol": one.symbol,
        "taken": "taken" if rank.taken else "left out",
        "direction": one.fused.direction.word,
        "confidence": one.fused.confidence,
        "disagreement": one.fused.disagreement,
        "chance": meta.probability if meta else None,
        "needed": meta.needed if meta else None,
        "say": "" if meta is None else "yes" if meta.earned else "no",
        "volatility": one.volatility,
        "price": one.price,
        "as_of": pd.Timestamp(one.as_of),
        "reason": rank.reason,
    }


def scan_text(scan: SignalScan) -> str:
    """The look in lines for a terminal."""
    lines = [
        f"{len(scan.signals)} assets on {scan.timeframe} bars, {scan.slots} free slots, threshold {scan.threshold:.2f}, "
        f"{scan.seconds:.1f} s",
        "",
    ]
    for one, rank in zip(scan.signals, scan.ranked, strict=True):
        meta = one.fused.meta
        chance = f"{meta.probability:>5.0%}{' ' if meta.earned else '*'}" if meta else "    – "
        lines.append(
            f"{rank.place:>3}  {'take' if rank.taken else '    '}  {one.symbol:<12} {one.fused.direction.word:<5} "
            f"{one.fused.confidence:.2f}  disagreement {one.fused.disagreement:.2f}  chance {chance}  {rank.reason}"
        )
    if any(one.fused.meta and not one.fused.meta.earned for one in scan.signals):
        lines += ["", "* The meta-model has not earned a say: its chance is shown and changes nothing."]
    lines += [f"  –  {words}" for words in scan.silent]
    return "\n".join(lines)


def scan_data(scan: SignalScan) -> dict[str, Any]:
    """The look for a program."""
    return {
        "id": scan.id, "made_at": scan.made_at.isoformat(), "timeframe": scan.timeframe.value, "source": scan.source,
        "slots": scan.slots, "threshold": scan.threshold, "seconds": scan.seconds, "silent": list(scan.silent),
        "signals": [
            _row(one, rank) | {"as_of": one.as_of.isoformat(), "worth": rank.worth}
            for one, rank in zip(scan.signals, scan.ranked, strict=True)
        ],
    }  # fmt: skip
