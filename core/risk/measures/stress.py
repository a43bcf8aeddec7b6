"""A book of now in a scenario: what each position would lose if it could not be sold in between."""

from collections.abc import Iterable

from core.records import Holding, Scenario, StressLoss


def stress(
    positions: Iterable[Holding], scenarios: Iterable[Scenario], equity: float
) -> tuple[StressLoss, ...]:
    """Every scenario applied, in the order given.

    An asset that a scenario does not name stays where it is; a long loses at most its value.

    Args:
        equity: of the book, for the share; a book without equity has a share of −∞ for any loss.
    """
    held = tuple(positions)
    return tuple(_applied(held, scenario, equity) for scenario in scenarios)


def _applied(held: tuple[Holding, ...], scenario: Scenario, equity: float) -> StressLoss:
    moves = dict(scenario.moves)
    parts = sorted(
        (
            (
                item.symbol,
                item.value * max(moves.get(item.symbol, 0.0), -1.0) - abs(item.value) * scenario.cost,
            )
            for item in held
        ),
        key=lambda part: part[1],
    )
    pnl = sum(part for _, part in parts)
    share = pnl / equity if equity > 0 else float("-inf") if pnl < 0 else 0.0
    return StressLoss(scenario.name, scenario.words, pnl, share, tuple(parts))
