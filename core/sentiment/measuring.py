"""How often a scorer is right: scores against labels that people gave.

labelled_headlines.csv is shipped: 240 headlines written and labelled for this project, in two parts. 120 «learned» ones
served to make the lexicon; 120 «fresh» ones (40 a label) were written and labelled before they were first scored, and
no word or rule was fitted to them: change the lexicon for one of them, and it belongs to «learned». They are plain headlines by few hands: the news of a day is harder.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError

LABELS = ("negative", "neutral", "positive")
BAND = 0.05
"""Scores within ± this count as neutral: VADER's own band, the best on the sentences that the lexicon was made with."""
SHIPPED = Path(__file__).with_name("labelled_headlines.csv")
FRESH, LEARNED = "fresh", "learned"
MOST_ROWS = 100_000
_SAME = {"-1": "negative", "0": "neutral", "1": "positive", "+1": "positive", "neg": "negative", "pos": "positive",
         "bad": "negative", "good": "positive", "bearish": "negative", "bullish": "positive"}  # fmt: skip

Pair = tuple[str, str]
"""A sentence and its label, one of LABELS."""
Scorer = Callable[[str], float]
"""A sentence to −1 (bad) … 1 (good); a language model's may be measured like the lexicon."""


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """How one label is told."""

    label: str
    precision: float
    """Share of those called so that are so; 0 when none was."""
    recall: float
    """Share of those that are so that were called so; 0 when there is none."""
    f1: float
    support: int
    """Sentences with this label."""


@dataclass(frozen=True, slots=True)
class ScorerQuality:
    """What a scorer got right on one labelled set."""

    scorer: str
    name: str
    """The set."""
    n: int
    accuracy: float
    low: float
    """95 % Wilson interval of the accuracy."""
    high: float
    macro_f1: float
    """Mean F1 of the labels that occur or were given."""
    baseline: float
    """Accuracy of always saying the most frequent label."""
    band: float
    """Scores within ± this were read as neutral."""
    labels: tuple[LabelQuality, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Counts: a row a true label, a column a label given, both in the order of LABELS."""

    @property
    def better_than_guessing(self) -> bool:
        """Whether the whole interval lies above the baseline."""
        return self.low > self.baseline


def measure(
    pairs: Sequence[Pair], scorer: Scorer, band: float = BAND, name: str = "", scorer_name: str = ""
) -> ScorerQuality:
    """Score every sentence and compare with its label.

    Raises:
        InputError: there is no sentence.
    """
    if not pairs:
        raise InputError(
            f"The set {name or 'to measure on'} holds no sentence: give at least one with a label."
        )
    from scipy.stats import binomtest
    from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

    truth = [label for _, label in pairs]
    said = [label_of(scorer(sentence), band) for sentence, _ in pairs]
    seen = [label for label in LABELS if label in truth or label in said]
    right = sum(one == other for one, other in zip(truth, said, strict=True))
    interval = binomtest(right, len(truth)).proportion_ci(0.95, "wilson")
    each = precision_recall_fscore_support(truth, said, labels=list(LABELS), zero_division=0.0)
    return ScorerQuality(
        scorer=scorer_name,
        name=name,
        n=len(truth),
        accuracy=right / len(truth),
        low=float(interval.low),
        high=float(interval.high),
        macro_f1=float(f1_score(truth, said, labels=seen, average="macro", zero_division=0.0)),
        baseline=max(truth.count(label) for label in LABELS) / len(truth),
        band=band,
        labels=tuple(
            LabelQuality(label, float(each[0][at]), float(each[1][at]), float(each[2][at]), int(each[3][at]))
            for at, label in enumerate(LABELS)
        ),
        confusion=tuple(
            tuple(int(n) for n in row) for row in confusion_matrix(truth, said, labels=list(LABELS))
        ),
    )


def label_of(score: float, band: float = BAND) -> str:
    """What a score says in a word."""
    return "positive" if score > band else "negative" if score < -band else "neutral"


def shipped(part: str = FRESH) -> tuple[Pair, ...]:
    """The shipped sentences of one part: `fresh` or `learned`; of both when empty."""
    with SHIPPED.open(newline="", encoding="utf-8") as file:
        return tuple(
            (row["sentence"], row["label"]) for row in csv.DictReader(file) if part in ("", row["part"])
        )


def read_labelled(path: Path) -> tuple[Pair, ...]:
    """A user's own set: CSV with the columns sentence and label (negative, neutral, positive, or −1, 0, 1).

    Raises:
        InputError: no such file, no text, no such columns, an unknown label, or nothing in it; says where.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            names = {(column or "").strip().lower(): column for column in reader.fieldnames or ()}
            missing = [column for column in ("sentence", "label") if column not in names]
            if missing:
                raise InputError(
                    f"{path.name} lacks the column {' and '.join(missing)}: its first line must name sentence and label."
                )
            rows = [
                _pair(row[names["sentence"]], row[names["label"]], path, reader.line_num) for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise InputError(f"{path} cannot be read as a CSV file in UTF-8: {err}.") from err
    if not rows:
        raise InputError(
            f"{path.name} holds no sentence below its first line: add at least one with a label."
        )
    if len(rows) > MOST_ROWS:
        raise InputError(
            f"{path.name} holds {len(rows):,} sentences: at most {MOST_ROWS:,} are measured at once."
        )
    return tuple(rows)


def _pair(sentence: str | None, label: str | None, path: Path, line: int) -> Pair:
    if not (sentence or "").strip():
        raise InputError(f"{path.name}, line {line}: the sentence is empty.")
    word = (label or "").strip().lower().replace("\u2212", "-")
    word = _SAME.get(word, word)
    if word not in LABELS:
        raise InputError(
            f"{path.name}, line {line}: label {(label or '').strip()[:24]!r} is unknown; write negative, neutral or positive."
        )
    return (sentence or "").strip(), word
