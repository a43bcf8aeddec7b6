"""One forecast as a card shows it: every number as text with its meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1

from core.records import Forecast, MemberSay, VolatilityForecast
from core.views.llm_opinion import opinion_number
from core.views.number import Number, percent, price

_CLAIM = {True: "beats knowing nothing", False: "no evidence of edge"}


@dataclass(frozen=True, slots=True)
class ForecastCard:
    """Everything that a card draws."""

    horizon: str
    heading: str
    edge: bool
    claim: str
    """beats knowing nothing, or no evidence of edge."""
    claim_meaning: str
    chances: tuple[Number, ...]
    """Up, flat, down; the delta is what they stand above or below their base rates."""
    lines: tuple[Number, ...]
    """Interval, volatility, levels, a language model's opinion: as far as there are such."""
    members: tuple[Number, ...]
    """What each model says by itself; the delta is its weight."""


def forecast_card(forecast: Forecast, last: float, quote: str) -> ForecastCard:
    """The card of one horizon.

    Args:
        forecast: of the horizon.
        last: price that its returns start from.
        quote: currency of the price; may be empty.
    """
    return ForecastCard(
        horizon=forecast.horizon,
        heading=f"{forecast.horizon.capitalize()} · {forecast.bars} bars",
        edge=forecast.edge,
        claim=_CLAIM[forecast.edge],
        claim_meaning=_claim_meaning(forecast),
        chances=_chances(forecast),
        lines=(
            *_interval(forecast, last, quote),
            *_volatility(forecast.volatility),
            *_levels(forecast, last, quote),
            *opinion_number(forecast.llm),
        ),
        members=tuple(_member(item) for item in forecast.members),
    )


def forecast_cards(forecasts: Sequence[Forecast], last: float, quote: str) -> tuple[ForecastCard, ...]:
    """A card for each horizon, nearest first; see `forecast_card`."""
    return tuple(forecast_card(item, last, quote) for item in sorted(forecasts, key=lambda item: item.bars))


def _claim_meaning(forecast: Forecast) -> str:
    scored = (
        f"Out of sample its Brier score is {percent(abs(forecast.skill), 1)} "
        f"{'better' if forecast.skill > 0 else 'worse'} than the base rate's, on {forecast.skill_rows:,} rows."
    )
    gates = forecast.edge_words or (
        "It passed every test of an edge." if forecast.edge else "It has not passed every test of an edge."
    )
    return f"{gates} {scored}" + (
        "" if forecast.edge else " Read its numbers as no better than knowing nothing."
    )


def _chances(forecast: Forecast) -> tuple[Number, ...]:
    meaning = {
        "▲ up": "the price reaches its upper barrier first",
        "■ flat": "neither barrier is reached before the horizon ends",
        "▼ down": "the price reaches its lower barrier first",
    }
    pairs = (
        (forecast.p_up, forecast.base_up), (forecast.p_flat, forecast.base_flat), (forecast.p_down, forecast.base_down),
    )  # fmt: skip
    return tuple(
        Number(
            label, percent(chance, 0),
            f"Probability that {words}. The base rate, what knowing nothing would say, is {percent(base, 1)}.",
            f"{(chance - base) * 100:+.1f} pts".replace("-", "−"),
        )
        for (label, words), (chance, base) in zip(meaning.items(), pairs, strict=True)
    )  # fmt: skip


def _interval(forecast: Forecast, last: float, quote: str) -> tuple[Number, ...]:
    if not forecast.quantiles:
        return ()
    low, lower, middle, upper, high = (expm1(level) for level in forecast.quantiles)
    held = (
        ""
        if forecast.coverage is None
        else f" Out of sample it held {percent(forecast.coverage, 0)} of the returns; 90 % is meant."
    )
    return (
        Number(
            "9 of 10", _between(low, high, last, quote),
            f"The price at the horizon's end lies in here nine times of ten.{held}",
            _changes(low, high),
        ),
        Number(
            "Half", _between(lower, upper, last, quote),
            "The price at the horizon's end lies in here every other time.", _changes(lower, upper),
        ),
        Number(
            "Median", _amount(last * (1 + middle), quote),
            "As often above as below; without evidence of edge it says nothing about the way.", _signed(middle),
        ),
    )  # fmt: skip


def _volatility(volatility: VolatilityForecast | None) -> tuple[Number, ...]:
    if volatility is None:
        return ()
    return (
        Number(
            "Volatility", f"± {percent(volatility.sigma)}",
            f"One standard deviation of the return over the whole horizon, {percent(volatility.sigma_bar)} a bar, by the "
            f"{volatility.model.upper()} model, which forecast the past best (QLIKE).",
        ),
    )  # fmt: skip


def _levels(forecast: Forecast, last: float, quote: str) -> tuple[Number, ...]:
    levels = forecast.levels
    if levels is None:
        return ()
    rows = (
        f"Learnt from {levels.rows:,} past entries, scaled by today's volatility; a suggestion, not an order."
    )
    sides = (
        ("long", -levels.stop_long, levels.target_long), ("short", levels.stop_short, -levels.target_short),
    )  # fmt: skip
    return tuple(
        Number(
            f"Stop / target, {side}",
            f"{_amount(last * (1 + stop), '')} / {_amount(last * (1 + target), quote)}",
            f"Three of four such entries never moved as far against the position as the stop, and half of them "
            f"reached the target. {rows}",
            f"{_signed(stop)} / {_signed(target)}",
        )
        for side, stop, target in sides
    )  # fmt: skip


def _member(say: MemberSay) -> Number:
    return Number(
        say.name,
        f"▲ {percent(say.p_up, 0)} ■ {percent(say.p_flat, 0)} ▼ {percent(say.p_down, 0)}",
        f"What {say.name} says by itself, before calibration. Its weight is its share in the pooled opinion in the "
        "present regime.",
        f"weight {percent(say.weight, 0)}",
    )


def _between(low: float, high: float, last: float, quote: str) -> str:
    return f"{_amount(last * (1 + low), '')} … {_amount(last * (1 + high), quote)}"


def _changes(low: float, high: float) -> str:
    return f"{_signed(low)} … {_signed(high)}"


def _amount(value: float, quote: str) -> str:
    return f"{price(value)} {quote}".strip()


def _signed(fraction: float) -> str:
    return ("+" if round(fraction * 100, 2) > 0 else "") + percent(fraction)
