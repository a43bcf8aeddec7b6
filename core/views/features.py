"""Features of one series: what each says, where it stands now, and whether it can see the future."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features import FAMILIES, FEATURES, LEAD, WARMUP, Feature, future_leaks, random_cuts
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import Held, stored_or_sample
from core.pipeline.feature_context import context_of, features_of
from core.records import Instrument, Timeframe
from core.views.number import Number, percent

ALL = "all families"
_CUTS = 12
_MOST_CHECKED = 1_000
"""Bars that the check looks at: two computations for each cut."""
_RECENT = 60
"""Values of the small line in the table."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureView:
    """One series as the features page draws it."""

    instrument: Instrument
    source: str
    """Where the bars came from; empty when there are none yet."""
    sample: bool
    bars: pd.DataFrame
    features: pd.DataFrame
    """Every feature of these bars; those before them have warmed them up."""
    table: pd.DataFrame
    """A row for each feature: name, family, words, unit, now, rank, nulls, warmup, recent, formula, source, fed."""
    numbers: tuple[Number, ...]
    missing: str
    """Why features are null that need more than the bars, in a sentence; empty when none is."""


@dataclass(frozen=True, slots=True)
class LeakVerdict:
    """What cutting and poisoning the future changed."""

    passed: bool
    words: str


def feature_view(bench: Workbench, symbol: str, timeframe: Timeframe, source: str, count: int) -> FeatureView:
    """Features of the last `count` bars at hand without asking the network: what is stored, or the embedded sample."""
    instrument = resolve(symbol)
    held = stored_or_sample(bench, instrument, timeframe, source, count + LEAD)
    if held.bars.empty:
        nothing = pd.DataFrame()
        return FeatureView(instrument, "", False, held.bars, nothing, nothing, (), "")
    beside = context_of(bench, instrument, timeframe, held.source, held.world or "live", held.bars)
    features = features_of(bench, instrument, timeframe, held.source, held.bars, beside)[0].iloc[-count:]
    lacking = [
        words
        for words, known in (
            ("headlines, which must have been read since before the bars begin", beside.news),
            ("the market around it (BTC-USD for coins, ^GSPC or SPY for shares), stored for as long as the bars", beside.reference),
        )
        if known is None
    ]  # fmt: skip
    table = _table(features)
    return FeatureView(
        instrument=instrument,
        source=held.source,
        sample=held.world.startswith("sample"),
        bars=held.bars.iloc[-count:],
        features=features,
        table=table,
        numbers=_numbers(table, held),
        missing=f"Null for want of {'; and of '.join(lacking)}." if lacking else "",
    )


def families() -> dict[str, str]:
    """Families to choose from, each with what it tells."""
    return {ALL: "Everything that is registered."} | {family.name: family.words for family in FAMILIES}


def features_in(family: str) -> dict[str, str]:
    """Features of a family (or of all) by name, each in words; those that models see come first."""
    chosen = [feature for feature in FEATURES.values() if family in (ALL, feature.family)]
    return {feature.name: feature.words for feature in sorted(chosen, key=lambda feature: not feature.model)}


def feature_of(name: str) -> Feature:
    """What is registered under a name."""
    return FEATURES[name]


def leak_check(bench: Workbench, symbol: str, timeframe: Timeframe, source: str, seed: int) -> LeakVerdict:
    """Cut the newest bars at random, take away and poison what comes after, and compare every feature up to the cut."""
    instrument = resolve(symbol)
    held = stored_or_sample(bench, instrument, timeframe, source, _MOST_CHECKED)
    beside = context_of(bench, instrument, timeframe, held.source, held.world or "live", held.bars)
    cuts = tuple(cut for cut in random_cuts(len(held.bars), _CUTS, seed) if cut < len(held.bars) - 1)
    found = future_leaks(held.bars, cuts, beside, seed=seed)
    if not found:
        return LeakVerdict(
            True,
            f"No. At {len(cuts)} random cuts of the last {len(held.bars):,} bars the future was taken away, then replaced by "
            f"wild noise; of {len(FEATURES)} features none changed a digit at or before the cut.",
        )
    names = list(dict.fromkeys(leak.column for leak in found))
    first = found[0]
    return LeakVerdict(
        False,
        f"Yes: {', '.join(names[:5])}{' and others' if len(names) > 5 else ''}. With the bars after {first.cut:%Y-%m-%d %H:%M} "
        f"UTC {first.how}, {first.column} at {first.row:%Y-%m-%d %H:%M} is {first.found} instead of {first.expected}. "
        "Do not trust a model that was trained on it.",
    )


def _table(features: pd.DataFrame) -> pd.DataFrame:
    values = features.to_numpy()
    now = values[-1]
    with np.errstate(invalid="ignore"):
        below = (values < now).sum(axis=0) + 0.5 * (values == now).sum(axis=0)
    given = np.isfinite(values).sum(axis=0)
    rank = np.where(np.isfinite(now), below / np.maximum(given, 1), np.nan)
    rows = [
        {
            "name": name, "family": item.family, "words": item.words, "unit": item.unit, "now": now[place],
            "rank": 100.0 * rank[place], "nulls": 100.0 * (1.0 - given[place] / len(values)), "warmup": item.warmup,
            "recent": [None if np.isnan(v) else float(v) for v in values[-_RECENT:, place]],
            "formula": item.formula, "source": item.source, "fed": item.model,
        }
        for place, (name, item) in enumerate(FEATURES.items())
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _numbers(table: pd.DataFrame, held: Held) -> tuple[Number, ...]:
    known = int(table["now"].notna().sum())
    extreme = table[(table["rank"] <= 2.5) | (table["rank"] >= 97.5)]
    return (
        Number("Features", f"{len(table)}", f"{int(table['fed'].sum())} of them are free of the price's scale and fed to models; the others are levels for charts and strategies, and what headlines say, which moves decisions through the capped sentiment signal alone."),
        Number("Known now", f"{known} of {len(table)}", f"Not null at the close of the bar that opened {held.bars.index[-1]:%Y-%m-%d %H:%M} UTC."),
        Number("Unusual now", f"{len(extreme)}", "Features whose value is among the lowest or the highest 2.5 % of the bars shown. By chance one in twenty is: " + (", ".join(extreme["name"].head(12)) or "none") + "."),
        Number("Nulls", percent(float(table["nulls"].mean()) / 100, 1), "Share of values that are null over the bars shown, where something is not known or not defined. Nothing is ever filled in."),
        Number("Warm-up", f"{WARMUP} bars", "Bars before the first one at which every feature that follows from the bars is known; a cycle fetches them on top of what a model is trained on."),
    )  # fmt: skip
