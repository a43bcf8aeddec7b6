"""A day told in plain words without a language model: sentences made from the same facts."""

from typing import Any

from core.pipeline.passport_prose import listed

_MOST = 3
"""Assets and places that are named."""


def day_prose(day: str, facts: dict[str, Any]) -> str:
    """Two to six sentences; every number in them stands in the facts.

    Args:
        facts: of core.pipeline.day_facts.told_facts.
    """
    told = [_cycles(day, facts), *(_book(book) for book in facts["books"])]
    told += [_moods(facts), _problems(facts), _model(facts)]
    return " ".join(sentence for sentence in told if sentence)


def _cycles(day: str, facts: dict[str, Any]) -> str:
    cycles = facts["cycles"]
    if not cycles["run"]:
        return f"On {day} no cycle was run, so nothing was decided."
    words = {
        "ordered": "led to an order", "no_trade": "ended without a trade", "denied": "had the trade denied by the risk rules",
        "failed": "failed",
    }  # fmt: skip
    ended = [f"{cycles[name]} {said}" for name, said in words.items() if cycles[name]]
    run = cycles["run"]
    named = facts["assets"][:_MOST]
    more = " and others" if len(facts["assets"]) > _MOST else ""
    about = f"{', '.join(named)}{more}" if more else listed(named)
    return f"On {day} the program ran {run} {'cycle' if run == 1 else 'cycles'} on {about}: {listed(ended)}."


def _book(book: dict[str, Any]) -> str:
    name = "the live book" if book["world"] == "live" else f"the book of {book['world']}"
    if book["change"] == 0:
        moved = f"{name} stayed at {book['equity_end']:,.2f}"
    else:
        way = "rose" if book["change"] > 0 else "fell"
        moved = f"{name} {way} by {abs(book['change']):,.2f} to {book['equity_end']:,.2f} ({book['change_pct']:+.2f} %)"
    sent = f"{book['orders']} {'order' if book['orders'] == 1 else 'orders'}"
    filled = f"{book['fills']} {'fill' if book['fills'] == 1 else 'fills'}"
    closed = ""
    if book["trades_closed"]:
        trades = "trade" if book["trades_closed"] == 1 else "trades"
        result = "made" if book["profit_closed"] >= 0 else "lost"
        closed = f"; {book['trades_closed']} {trades} that closed {result} {abs(book['profit_closed']):,.2f} after costs"
    return f"{moved[0].upper()}{moved[1:]} with {sent} and {filled}{closed}."


def _moods(facts: dict[str, Any]) -> str:
    moods = sorted(facts["sentiment"], key=lambda mood: -abs(mood["score"]))[:_MOST]
    if not moods:
        return ""
    scores = [f"{mood['score']:+.2f} for {mood['asset']}" for mood in moods]
    return f"The sentiment was {listed(scores)}, on a scale from bad (−1) to good (1)."


def _problems(facts: dict[str, Any]) -> str:
    problems = facts["problems"][:_MOST]
    if not problems:
        return "Nothing went wrong." if facts["cycles"]["run"] else ""
    counted = [
        f"{problem['where']} ({problem['times']} {'time' if problem['times'] == 1 else 'times'})"
        for problem in problems
    ]
    return f"Trouble was met, and gone on from, in {listed(counted)}."


def _model(facts: dict[str, Any]) -> str:
    model = facts["language_model"]
    if not model["calls"]:
        return ""
    cost = "" if model["cost_usd"] is None else f" and cost ${model['cost_usd']:.4f}"
    calls = f"{model['calls']} {'call' if model['calls'] == 1 else 'calls'}"
    return f"Language models took {model['tokens']:,} tokens in {calls}{cost}."
