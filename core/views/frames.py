"""Records as frames, in the words and units that a table shows."""

from collections.abc import Sequence

import pandas as pd

from core.records import ItemSentiment, RiskCheck, Sentiment
from core.store.jobs import JobRow
from core.store.models import ModelRow
from core.views.number import money, plain


def checks_frame(checks: Sequence[RiskCheck]) -> pd.DataFrame:
    """Risk checks: passed, name, value, limit, meaning."""
    return pd.DataFrame(
        [
            {
                "passed": "✓ passed" if check.passed else "✗ refused",
                "name": check.name.replace("_", " "),
                "value": _amount(check.value, check.unit),
                "limit": _amount(check.limit, check.unit),
                "meaning": check.meaning,
            }
            for check in checks
        ]
    )


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "$":
        return money(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−") + f" {unit}"


def headlines_frame(sentiment: Sentiment) -> pd.DataFrame:
    """Texts that were read: when, score and who gave it, the lexicon's beside it, weight, text, why, source, what is odd."""
    return pd.DataFrame(
        [
            {
                "published (UTC)": item.published_at.strftime("%Y-%m-%d %H:%M"),
                "score": plain(item.score),
                "by": item.scorer or "lexicon",
                "lexicon": plain(item.lexicon),
                "weight": f"{item.weight * 100:.0f} %",
                "text": item.title,
                "why": item.reason or _moved(item),
                "kind": item.kind.value,
                "source": item.source,
                "items": item.outlets,
                "odd": ", ".join(item.flags) or "–",
            }
            for item in sentiment.items
        ]
    )


def _moved(item: ItemSentiment) -> str:
    """The words that moved the lexicon's score."""
    return ", ".join(f"{word.word} {word.weight:+.1f}" for word in item.words) or "–"


def jobs_frame(jobs: Sequence[JobRow]) -> pd.DataFrame:
    """Jobs: submitted, kind, asset, state, message, seconds, error."""
    return pd.DataFrame(
        [
            {
                "submitted (UTC)": job.submitted_at.strftime("%Y-%m-%d %H:%M:%S"),
                "kind": job.kind,
                "asset": job.arguments.get("symbol") or job.arguments.get("world", ""),
                "state": job.state.value,
                "message": job.error or job.message,
                "seconds": (job.finished_at - job.started_at).total_seconds()
                if job.finished_at and job.started_at
                else None,
                "id": job.id,
            }
            for job in jobs
        ]
    )


def models_frame(models: Sequence[ModelRow]) -> pd.DataFrame:
    """Models: id, horizon, trained until, skill, checksum."""
    return pd.DataFrame(
        [
            {
                "model": row.id,
                "asset": f"{row.symbol} {row.timeframe.value}",
                "horizon": row.horizon,
                "knows until (UTC)": row.trained_until.strftime("%Y-%m-%d %H:%M"),
                "skill (Brier)": round(row.skill, 4),
                "source": row.source,
                "SHA-256": row.sha256[:12],
            }
            for row in models
        ]
    )
