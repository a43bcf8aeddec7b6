"""Items of text as rows: who scored them and how, beside what the lexicon says."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from core.pipeline import Workbench
from core.records import Headline, Instrument, ItemSentiment, NewsKind, Sentiment
from core.sentiment import ModelScore, Read, read

COLUMNS = (
    "time", "title", "source", "kind", "score", "lexicon", "scorer", "confidence", "relevance", "weight", "event", "horizon",
    "reason", "outlets", "flags", "dated", "symbols", "language", "url", "words",
)  # fmt: skip


def item_rows(
    bench: Workbench,
    instrument: Instrument,
    found: Sequence[Headline],
    stories: Counter[str],
    scores: Mapping[str, ModelScore],
    sentiment: Sentiment,
) -> pd.DataFrame:
    """A row a story, in the order of `found`.

    Args:
        stories: items by story.
        scores: the language model's, by item.
        sentiment: what a cycle would make of the items now; their weights are taken from it.

    Returns:
        COLUMNS: `score` is that of whoever counts, `lexicon` the lexicon's (both null where there is none), `scorer`
        model or lexicon, `weight` the share within its kind (null outside a cycle's reach).
    """
    weights = {item.headline_id: item.weight for item in sentiment.items}
    rows = [
        _row(item, read(item, instrument.symbol, bench.lexicon), scores.get(item.id))
        | {
            "outlets": max(1, stories.get(item.cluster or item.id, 1)),
            "weight": weights.get(item.id, float("nan")),
        }
        for item in found
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def _row(item: Headline, seen: Read, said: ModelScore | None) -> dict[str, object]:
    nothing = float("nan")
    rating = item.kind is NewsKind.RATING
    lexicon = seen.score if seen.readable and not rating else nothing
    by_nobody = said is None and (rating or not seen.readable)
    return {
        "time": item.published_at,
        "title": seen.text,
        "source": item.source,
        "kind": item.kind.value,
        "score": said.score if said else lexicon,
        "lexicon": lexicon,
        "scorer": said.model if said else "" if by_nobody else "lexicon",
        "confidence": said.confidence if said else nothing if by_nobody else seen.confidence,
        "relevance": said.relevance if said else nothing if rating else seen.relevance,
        "event": said.event if said else "",
        "horizon": said.horizon if said else "",
        "reason": said.reason if said else "",
        "flags": ", ".join(seen.flags),
        "dated": item.dated,
        "symbols": ", ".join(item.symbols),
        "language": item.language,
        "url": item.url or None,
        "words": "not scored" if rating or not seen.readable
        else ", ".join(f"{word.word} {word.weight:+.1f}" for word in seen.words),
    }  # fmt: skip


def agreeing(items: Sequence[ItemSentiment]) -> pd.DataFrame:
    """Items that model and lexicon both scored: title, source, lexicon, model, weight, reason, scorer."""
    rows = [
        (item.title, item.source, item.lexicon, item.score, item.weight, item.reason, item.scorer)
        for item in items
        if item.scorer and item.lexicon is not None
    ]
    return pd.DataFrame(rows, columns=["title", "source", "lexicon", "model", "weight", "reason", "scorer"])
