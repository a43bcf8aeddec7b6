"""What the Models page is told about regimes and volatility: from bars at hand, by the past only."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.pipeline import Workbench
from core.predict.regimes import WINDOW
from core.records import Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.views.regimes import regimes
from tests import quick

WITH_REGIMES = {
    **quick.OVERRIDES,
    "collect": {"train_bars": 1500},
    "predict": {**quick.OVERRIDES["predict"], "regime_states": 3},
}


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Runtime(load_settings(home=home, **WITH_REGIMES))
    yield opened.bench
    opened.close()


def test_the_sample_has_regimes_and_volatility(bench: Workbench) -> None:
    view = regimes(bench, "BTC-USD", Timeframe.H1, "sample")
    assert view.refusal == ""
    known, ahead = view.regimes, view.volatility
    assert known is not None and ahead is not None
    assert known.probabilities.index[-1] == view.bars.index[-1]
    assert known.probabilities.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert known.probabilities.iloc[-1].tolist() == list(known.state.probabilities)
    assert known.state.fitted_until <= known.probabilities.index[0]
    assert len(known.table) == len(known.names) == len(set(known.names))
    assert f"the {WINDOW} bars up to it" in known.provenance
    assert [item.horizon for item in ahead.forecasts] == ["short", "medium", "long"]
    assert all(len(frame) > 300 for frame in ahead.past)
    assert ahead.usual == pytest.approx(np.log(view.bars["close"]).diff().std(), rel=0.01)
    assert all(number.meaning for number in (*known.numbers, *ahead.numbers))


def test_what_is_missing_says_what_to_do(bench: Workbench) -> None:
    nothing = regimes(bench, "SOL-USD", Timeframe.H1, "sample")
    assert nothing.regimes is None and nothing.volatility is None
    assert "Market page" in nothing.refusal


def _page() -> None:
    import streamlit as st

    from core.records import Timeframe
    from pages.components.choices import Choice
    from pages.components.model_regimes import regimes_and_volatility

    regimes_and_volatility(Choice(st.query_params["asset"], Timeframe("1d"), "sample"))


@pytest.mark.parametrize(("asset", "figures"), [("NVDA", 5), ("SOL-USD", 0)])
def test_the_component_draws_or_says_why_not(
    asset: str, figures: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Runtime(load_settings(home=home, **WITH_REGIMES))
    for module in ("pages.components.regime_reads", "pages.components.reads"):
        monkeypatch.setattr(f"{module}.shared_runtime", lambda: opened)
    page = AppTest.from_function(_page, default_timeout=120)
    page.query_params["asset"] = asset
    page.run()
    assert not page.exception
    assert len(page.get("plotly_chart")) == figures
    assert bool(page.info) == (figures == 0)
    opened.close()
