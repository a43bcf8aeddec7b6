"""What a model may remember: a question about a moment before its knowledge cut-off tests memory, not judgement."""

from datetime import date, datetime, timedelta

from core.settings import LlmSettings, cutoff_of_line

_FRESH = timedelta(days=1)
"""Age up to which a moment is too young to have been trained on, whatever the model is."""


def cutoff_of(model: str, settings: LlmSettings) -> date | None:
    """The last day that a model knows of; None where the settings do not say.

    The longest name that the model's begins with counts. Upper and lower case are the same, and so are names with
    and without the vendor before a slash: qwen/qwen2.5-7b is found under qwen2.5.
    """
    known = dict(map(cutoff_of_line, settings.cutoffs))
    wanted = model.strip().lower()
    bare = wanted.rpartition("/")[2]
    names = [name for name in known if wanted.startswith(name) or bare.startswith(name)]
    return known[max(names, key=len)] if names else None


def contaminated(model: str, as_of: datetime, asked_at: datetime, settings: LlmSettings) -> bool:
    """Whether an answer about the moment `as_of` may rest on memory of what followed.

    True on and before the cut-off (UTC). Without a known cut-off, everything older than a day when it was asked.

    Args:
        as_of: moment of the data that the question holds.
        asked_at: when it was asked; of a recorded answer, when it was recorded.
    """
    cutoff = cutoff_of(model, settings)
    if cutoff is None:
        return asked_at - as_of > _FRESH
    return as_of.date() <= cutoff
