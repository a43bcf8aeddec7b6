"""Do the horizons agree? One outlook from several forecasts, in numbers and in plain words."""

from collections.abc import Sequence
from itertools import combinations

from core.records import Forecast, Outlook

MARGIN = 0.02
"""Advantage of up over down, beyond the base rates', below which a horizon does not lean; as in core.signals."""

UNPROVEN = 0.1
"""What a horizon without evidence of edge counts beside one with it."""

_BALANCED = 0.2
"""Share of the lean by which one side must outweigh the other for the outlook to have a direction."""

_WORDS = {1: "up", -1: "down", 0: "neither way"}


def lean(forecast: Forecast) -> float:
    """Advantage of up over down beyond what the base rates say, −2 … 2; 0 within the margin."""
    advantage = (forecast.p_up - forecast.base_up) - (forecast.p_down - forecast.base_down)
    return 0.0 if abs(advantage) < MARGIN else advantage


def outlook(forecasts: Sequence[Forecast]) -> Outlook | None:
    """What the horizons say together; None without forecasts.

    A horizon counts as far as it leans, and a tenth of that when its model shows no evidence of edge. With W₊ and W₋
    the weights that lean up and down, the direction is the sign of W₊ − W₋ where it exceeds a fifth of their sum,
    and the agreement is |W₊ − W₋| / (W₊ + W₋), 1 when none leans.
    """
    if not forecasts:
        return None
    leans = [lean(item) for item in forecasts]
    weights = [
        abs(way) * (1.0 if item.edge else UNPROVEN) for item, way in zip(forecasts, leans, strict=True)
    ]
    up = sum(weight for weight, way in zip(weights, leans, strict=True) if way > 0)
    down = sum(weight for weight, way in zip(weights, leans, strict=True) if way < 0)
    agreement = abs(up - down) / (up + down) if up + down > 0.0 else 1.0
    direction = 0 if agreement <= _BALANCED or up == down else 1 if up > down else -1
    conflicts = _conflicts(forecasts, leans)
    return Outlook(direction, agreement, conflicts, _words(forecasts, leans, direction))


def _conflicts(forecasts: Sequence[Forecast], leans: Sequence[float]) -> tuple[str, ...]:
    return tuple(
        f"{_named(one)} leans {_word(way)}, {_named(other)} leans {_word(against)}"
        for (one, way), (other, against) in combinations(zip(forecasts, leans, strict=True), 2)
        if way * against < 0.0
    )


def _words(forecasts: Sequence[Forecast], leans: Sequence[float], direction: int) -> str:
    leaning = [(item, way) for item, way in zip(forecasts, leans, strict=True) if way]
    return f"{_stance(forecasts, leaning, direction)} {_standing(forecasts, leaning)}"


def _stance(forecasts: Sequence[Forecast], leaning: Sequence[tuple[Forecast, float]], direction: int) -> str:
    """Who leans where."""
    if not leaning:
        nobody = "The horizon does not lean" if len(forecasts) == 1 else "No horizon leans"
        return f"{nobody}: the odds of up against down are the usual ones."
    rising = [item for item, way in leaning if way > 0]
    falling = [item for item, way in leaning if way < 0]
    if rising and falling:
        first, second = (rising, falling) if direction >= 0 else (falling, rising)
        words = (
            f"The horizons contradict each other: {_list(first)} {_verb(first)} "
            f"{'up' if first is rising else 'down'}, {_list(second)} {_verb(second)} "
            f"{'up' if second is rising else 'down'}"
        )
        return f"{words}; on balance {_WORDS[direction]}."
    side = rising or falling
    way = "up" if rising else "down"
    if len(side) == len(forecasts):
        every = {1: f"The {side[0].horizon} horizon leans", 2: "Both horizons lean"}.get(
            len(side), f"All {_count(len(side))} horizons lean"
        )
        return f"{every} {way}."
    rest = [item for item in forecasts if item not in side]
    return f"{_list(side, 'The ')} {_verb(side)} {way}, {_list(rest)} {'does' if len(rest) == 1 else 'do'} not lean."


def _standing(forecasts: Sequence[Forecast], leaning: Sequence[tuple[Forecast, float]]) -> str:
    """What that is worth."""
    asked = [item for item, _ in leaning] or list(forecasts)
    proven = [item for item in asked if item.edge]
    if not proven:
        return "No evidence of edge at any of these horizons: treat this as no better than the base rates."
    where = "every horizon that leans" if leaning and len(asked) > 1 else _list(asked)
    if len(proven) == len(asked):
        return f"The model has shown evidence of edge out of sample at {where}."
    others = "the other counts" if len(asked) - len(proven) == 1 else "the others count"
    return f"Only {_list(proven)} {'has' if len(proven) == 1 else 'have'} evidence of edge; {others} a tenth."


def _list(items: Sequence[Forecast], article: str = "the ") -> str:
    names = [item.horizon for item in items]
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{article}{joined} horizon{'s' if len(names) > 1 else ''}"


def _named(item: Forecast) -> str:
    return f"{item.horizon} ({item.bars} bars)"


def _word(way: float) -> str:
    return _WORDS[1 if way > 0 else -1]


def _verb(items: Sequence[Forecast]) -> str:
    return "leans" if len(items) == 1 else "lean"


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five"}.get(number, str(number))
