"""The gates that a model must pass before anybody may speak of an edge (METHOD.md §3, criteria 5, 6 and 12)."""

from dataclasses import dataclass

from core.evaluate.forecasts.signals import MARGIN, SignalScores

LEVEL = 0.05
"""Chance of a lucky Diebold-Mariano statistic that is accepted."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One demand, whether it is met, and the numbers in a sentence."""

    name: str
    passed: bool
    words: str


def gates(
    skill: float,
    log_loss: float,
    log_loss_base: float,
    signals: SignalScores,
    cost: float,
    dm: tuple[float | None, float | None],
) -> tuple[Gate, ...]:
    """All gates, in the order in which they are told.

    Args:
        skill: Brier skill score against the base rate.
        cost: of entry and exit together, as a fraction.
        dm: Diebold-Mariano statistic and p-value against the base rate.
    """
    return (
        _calibrated(skill, log_loss, log_loss_base),
        _not_luck(*dm),
        _hits(signals),
        _pays(signals, cost),
    )


def reasons(found: tuple[Gate, ...]) -> tuple[str, ...]:
    """The gates in words, failed ones first."""
    return tuple(gate.words for gate in sorted(found, key=lambda gate: gate.passed))


def _calibrated(skill: float, log_loss: float, base: float) -> Gate:
    passed = skill > 0.0 and log_loss < base
    gap = f"{_percent(abs(skill), 2)} {'below' if skill > 0.0 else 'above'}"
    words = (
        f"Probabilities: {'better' if passed else 'no better'} than always saying the base rate (Brier score "
        f"{gap if abs(skill) >= 5e-5 else 'equal to'} the base rate's, log loss {log_loss:.4f} against {base:.4f})."
    )
    return Gate("calibrated", passed, words)


def _not_luck(statistic: float | None, p_value: float | None) -> Gate:
    if statistic is None or p_value is None:
        return Gate(
            "luck",
            False,
            "Luck: its forecasts do not differ from the base rate, so there is nothing to test.",
        )
    passed = statistic > 0.0 and p_value < LEVEL
    told = f"(Diebold-Mariano {_signed(statistic)}, p {_chance(p_value)})"
    if passed:
        return Gate("luck", True, f"Luck: so large a gain over the base rate is rarely chance {told}.")
    if statistic <= 0.0:
        return Gate("luck", False, f"Luck: its forecasts were behind the base rate {told}.")
    return Gate("luck", False, f"Luck: its gain over the base rate may be chance {told}.")


def _hits(found: SignalScores) -> Gate:
    if found.hit_rate is None or found.hit_low is None or found.hit_high is None or found.break_even is None:
        return Gate("hits", False, _SILENT)
    passed = found.hit_low > found.break_even
    verdict = "above" if passed else "not above"
    return Gate(
        "hits",
        passed,
        f"Hits: {_percent(found.hit_rate)} of {found.signals:,} signals, worth {found.effective:,.0f} independent ones, so "
        f"between {_percent(found.hit_low)} and {_percent(found.hit_high)}: the lower bound is {verdict} the "
        f"{_percent(found.break_even)} that these wins and losses need to break even after costs.",
    )


def _pays(found: SignalScores, cost: float) -> Gate:
    if found.expectancy is None:
        return Gate("pays", False, "Money: no signal, so no expectancy.")
    if found.expectancy_low is None or found.expectancy_high is None:
        return Gate(
            "pays", False, f"Money: {found.signals:,} signals are too few for an interval of the mean return."
        )
    passed = found.expectancy_low > 0.0
    return Gate(
        "pays",
        passed,
        f"Money: {_percent(found.expectancy, 3, True)} a signal after {_percent(cost, 2)} of costs, between "
        f"{_percent(found.expectancy_low, 3, True)} and {_percent(found.expectancy_high, 3, True)}: "
        f"{'above zero throughout' if passed else 'zero or less cannot be ruled out'}.",
    )


_SILENT = f"Hits: it never leaned up or down by more than {100 * MARGIN:.0f} points beyond the base rate, so there is nothing to trade."


def _percent(value: float, digits: int = 1, signed: bool = False) -> str:
    return f"{value * 100:{'+' if signed else ''}.{digits}f} %".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _chance(p_value: float) -> str:
    return f"= {p_value:.3f}" if p_value >= 0.001 else "< 0.001"
