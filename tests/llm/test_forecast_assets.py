"""Several assets forecast together, for the command line and for quiet hours."""

from pathlib import Path

import pytest

from core.errors import UnknownSymbol
from core.pipeline.llm_assets import forecast_assets
from core.records import Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store.llm_forecasts import count_opinions
from tests import quick
from tests.llm.forecast_bench import NOON, says, with_model
from tests.llm.server import fake_llm


@pytest.mark.slow
def test_assets_share_a_request_and_a_bad_one_is_told(home: Path) -> None:
    runtime = Runtime(load_settings(home=home, **quick.OVERRIDES))
    heard: list[str] = []
    with fake_llm(says()) as fake:
        bench = with_model(runtime.bench, fake.base_url, uses=("forecast",), cutoffs=("fake = 2019-01-01",))
        found = forecast_assets(
            bench, ["btc", "BTC-USD", "ETH-USD", "ZZZZ"], Timeframe.H1, "sample", NOON,
            tell=lambda share, words: heard.append(words),
        )  # fmt: skip
        assert len(fake.heard) == 1
        with pytest.raises(UnknownSymbol):
            forecast_assets(bench, ["no symbol at all"], Timeframe.H1, "sample", NOON)
    assert [item.symbol for item in found.assets] == ["BTC-USD", "ETH-USD"]
    assert all(forecast.llm is not None for item in found.assets for forecast in item.forecasts)
    assert [problem.where for problem in found.problems] == ["forecast/ZZZZ"]
    assert count_opinions(bench.store) == (6, 0)
    assert "forecasting ETH-USD" in heard
    runtime.close()
