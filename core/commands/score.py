"""`score`: how a headline sounds and which words say so, or how often the scorer is right on labelled sentences."""

import argparse
from dataclasses import asdict
from pathlib import Path

from core.commands.command import Answer, Command, Through
from core.errors import InputError
from core.instruments import resolve
from core.sentiment import Lexicon
from core.sentiment.measuring import LABELS, ScorerQuality, label_of, measure, read_labelled
from core.sentiment.relevance import relevance, score_about


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", default="", help="headline or sentence, in quotes")
    parser.add_argument("--asset", default="", help="read it for one asset: BTC-USD, AAPL …")
    parser.add_argument(
        "--measure",
        type=Path,
        metavar="FILE",
        help="CSV with the columns sentence and label (negative, neutral, positive): how often is the scorer right?",
    )


def _run(options: argparse.Namespace) -> Answer:
    lexicon = Lexicon()
    if options.measure is not None:
        if options.text or options.asset:
            raise InputError("Give a text or --measure FILE, not both.")
        found = read_labelled(options.measure)
        return _measured(
            measure(
                found, lambda s: lexicon.score(s).score, name=options.measure.name, scorer_name=lexicon.name
            )
        )
    if not options.text.strip():
        raise InputError(
            'Nothing to score: give a headline in quotes, e.g. score "Profit falls 9 %", or --measure FILE.'
        )
    instrument = resolve(options.asset) if options.asset else None
    scored = score_about(lexicon, options.text, instrument) if instrument else lexicon.score(options.text)
    about = relevance(options.text, instrument) if instrument else None
    lines = [f"{scored.score:+.4f}  {label_of(scored.score)}  ({lexicon.name})"]
    lines += [f"  {word.weight:+.4f}  {word.word}" for word in scored.words] or [
        "  No word of it is in the lexicon."
    ]
    if instrument and about is not None:
        lines.append(f"relevance to {instrument.symbol}: {about:.2f} of 1")
    return Answer(
        "\n".join(lines),
        {
            "score": scored.score, "label": label_of(scored.score), "scorer": lexicon.name,
            "words": [asdict(word) for word in scored.words],
            "asset": instrument.symbol if instrument else None, "relevance": about,
        },
    )  # fmt: skip


def _measured(found: ScorerQuality) -> Answer:
    width = max(map(len, LABELS))
    lines = [
        f"{found.scorer} on {found.name}, n = {found.n:,}",
        f"accuracy {100 * found.accuracy:.1f} % (95 % interval {100 * found.low:.1f} … {100 * found.high:.1f} %), macro-F1 {found.macro_f1:.3f}",
        f"always saying the most frequent label: {100 * found.baseline:.1f} %",
        "",
        f"{'is | said':<{width}} " + " ".join(f"{label:>{width}}" for label in LABELS),
    ]
    lines += [
        f"{label:<{width}} " + " ".join(f"{count:>{width}}" for count in row)
        for label, row in zip(LABELS, found.confusion, strict=True)
    ]
    lines += [""] + [
        f"{one.label:<{width}} precision {one.precision:.2f}  recall {one.recall:.2f}  (n = {one.support:,})"
        for one in found.labels
    ]
    return Answer("\n".join(lines), asdict(found))


SCORE = Command(
    "score", "Score a headline by its words, or measure the scorer on labelled sentences.", _add, _run,
    Through.ITSELF,
)  # fmt: skip
