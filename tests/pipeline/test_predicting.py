from datetime import UTC, datetime

import pytest

from core.pipeline.model_answers import risen
from core.records import Direction, Forecast

NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("p_down", "p_flat", "p_up", "way"),
    [(0.2, 0.52, 0.28, Direction.UP), (0.3, 0.5, 0.2, Direction.DOWN), (0.2, 0.6, 0.2, Direction.FLAT)],
)
def test_the_class_above_its_base_rate_is_explained(
    p_down: float, p_flat: float, p_up: float, way: Direction
) -> None:
    said = Forecast("short", 4, p_down, p_flat, p_up, 0.24, 0.53, 0.23, 0.01, 100, True, "m", NOW)
    assert risen(said) is way
