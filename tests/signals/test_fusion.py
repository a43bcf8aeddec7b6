from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Direction, Forecast, ItemSentiment, Sentiment, Signal
from core.signals import base_weights, forecast_signals, fuse, sentiment_signal

NOW = datetime(2024, 1, 1, tzinfo=UTC)
UP, FLAT, DOWN = Direction.UP, Direction.FLAT, Direction.DOWN


def signal(source: str, direction: Direction, confidence: float = 1.0) -> Signal:
    return Signal(source, direction, 1.0, confidence if direction else 0.0, "short", "because")


def forecast(
    p_up: float, p_down: float, calibrated: bool = True, horizon: str = "short", skill: float | None = None
) -> Forecast:
    return Forecast(
        horizon,
        4,
        p_down,
        1 - p_up - p_down,
        p_up,
        0.3,
        0.4,
        0.3,
        skill if skill is not None else 0.05 if calibrated else -0.01,
        500,
        calibrated,
        "m",
        NOW,
    )


def test_weights_of_those_who_speak_are_scaled_to_one() -> None:
    fused = fuse(
        [signal("a", UP, 0.8), signal("b", DOWN, 0.5), signal("c", FLAT)],
        {"a": (0.3, ""), "b": (0.1, ""), "c": (0.6, "")},
    )
    assert [part.weight for part in fused.parts] == pytest.approx([0.75, 0.25, 0.0])
    assert fused.score == pytest.approx(0.75 * 0.8 - 0.25 * 0.5)
    assert (fused.direction, fused.confidence) == (UP, pytest.approx(0.475))
    assert fused.disagreement == pytest.approx(1 - 0.475 / 0.725)
    assert "a says up, b against; together 0.47" in fused.reason


def test_nobody_with_a_say() -> None:
    fused = fuse([signal("a", UP), signal("b", FLAT)], {"a": (0.0, ""), "b": (0.5, "")})
    assert (fused.direction, fused.confidence, fused.disagreement) == (FLAT, 0.0, 0.0)
    assert fused.reason == "No source with a say has an opinion."


def test_a_forecast_counts_only_when_it_beats_the_base_rate() -> None:
    forecasts = (forecast(0.5, 0.2), forecast(0.5, 0.2, calibrated=False, horizon="long"))
    signals = (signal("rule", UP), *forecast_signals(forecasts))
    weights = base_weights(signals, forecasts, {"rule": 0.35}, 0.4)
    assert {name: weight for name, (weight, _) in weights.items()} == {
        "rule": 0.35,
        "forecast:short": 0.2,
        "forecast:long": 0.0,
    }
    assert "does not beat the base rate (skill -0.010)" in weights["forecast:long"][1]


@pytest.mark.parametrize(("first", "second"), [(0.1, 0.1), (0.1, 0.2), (0.7, 0.1)])
def test_for_and_against_alike_is_no_direction(first: float, second: float) -> None:
    """Also where rounding leaves a little over (0.1 + 0.2 − 0.3)."""
    fused = fuse(
        [signal("a", UP, first), signal("b", UP, second), signal("c", DOWN, first + second)],
        dict.fromkeys("abc", (0.1, "")),
    )
    assert (fused.direction, fused.confidence, fused.score, fused.disagreement) == (FLAT, 0.0, 0.0, 1.0)
    assert fused.reason == "a says up and b says up and c says down; together they cancel out."


@pytest.mark.parametrize(
    ("skill", "said"),
    [
        (-0.012, "does not beat the base rate (skill -0.012)"),
        (0.004, "log loss is no better than the base rate's (skill +0.004)"),
    ],
)
@pytest.mark.parametrize("p_up", [0.3, 0.5])
def test_a_forecast_without_skill_is_told_why_it_is_silent(p_up: float, skill: float, said: str) -> None:
    """Also when it has no opinion (0.3 against 0.3)."""
    forecasts = (forecast(p_up, 0.3, calibrated=False, skill=skill),)
    signals = forecast_signals(forecasts)
    (part,) = fuse(signals, base_weights(signals, forecasts, {}, 0.4)).parts
    assert (part.weight, part.contribution) == (0.0, 0.0)
    assert said in part.note


@pytest.mark.parametrize(
    ("p_up", "p_down", "direction", "confidence"),
    [
        (0.40, 0.25, UP, 0.8),
        (0.25, 0.40, DOWN, 0.8),
        (0.30, 0.30, FLAT, 0.0),
        (0.31, 0.30, FLAT, 0.0),
        (0.7, 0.1, UP, 1.0),
    ],
)
def test_a_forecast_speaks_by_its_lead_over_the_base_rates(
    p_up: float, p_down: float, direction: Direction, confidence: float
) -> None:
    (said,) = forecast_signals((forecast(p_up, p_down),))
    assert (said.direction, said.confidence) == (direction, pytest.approx(confidence))
    assert "base rate 30%" in said.reason


def mood(score: float | None) -> Sentiment:
    item = ItemSentiment("i", "t", "s", NOW, score or 0.0, 1.0, ())
    return Sentiment("BTC-USD", NOW, score, "x", (item,) if score is not None else ())


@pytest.mark.parametrize(
    ("score", "direction", "confidence"), [(0.4, UP, 0.9), (-0.2, DOWN, 0.7), (0.1, FLAT, 0.0)]
)
def test_sentiment_as_a_signal(score: float, direction: Direction, confidence: float) -> None:
    said = sentiment_signal(mood(score))
    assert said is not None and (said.direction, said.confidence) == (direction, pytest.approx(confidence))


def test_no_news_is_no_signal() -> None:
    assert sentiment_signal(mood(None)) is None
    assert sentiment_signal(None) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Direction)), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8
    )
)
def test_the_fusion_stays_in_bounds(sources: list[tuple[Direction, float, float]]) -> None:
    signals = [signal(str(i), way, confidence) for i, (way, confidence, _) in enumerate(sources)]
    fused = fuse(signals, {str(i): (weight, "") for i, (*_, weight) in enumerate(sources)})
    assert 0 <= fused.confidence <= 1 + 1e-9
    assert -1e-9 <= fused.disagreement <= 1 + 1e-9
    total = sum(part.weight for part in fused.parts)
    assert total == pytest.approx(1.0) or total == 0
    assert fused.score == pytest.approx(sum(part.contribution for part in fused.parts))
