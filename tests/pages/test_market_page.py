"""The Market page's chart patterns and levels: only when asked for, and with words."""

from core.records import Timeframe
from core.runtime import Runtime
from core.views.market import MOST_LEVELS, MOST_PATTERNS, market_shapes

PAGE = "pages/research/market.py"


def test_patterns_and_levels_are_drawn_when_asked_for(open_page) -> None:
    page = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    spec = page.get("plotly_chart")[0].proto.spec
    assert "pattern, " not in spec and "resistance" not in spec
    assert all(page.toggle(key=key).help for key in ("market_patterns", "market_levels"))
    page.toggle(key="market_patterns").set_value(True).run()
    spec = page.get("plotly_chart")[0].proto.spec
    assert (
        not page.exception and "pattern, up" in spec and "pattern, down" in spec and "resistance" not in spec
    )
    page.toggle(key="market_levels").set_value(True).run()
    spec = page.get("plotly_chart")[0].proto.spec
    assert not page.exception and "resistance" in spec and "touches" in spec
    assert any("test them on the Backtest page" in caption.value for caption in page.caption)


def test_only_the_newest_patterns_and_the_strongest_levels_are_drawn(engine: Runtime) -> None:
    few = market_shapes(engine.bench, "BTC-USD", Timeframe.H1, "sample", 250)
    many = market_shapes(engine.bench, "BTC-USD", Timeframe.H1, "sample", 10_000)
    assert 0 < len(few.patterns) < len(many.patterns) == MOST_PATTERNS
    newest = many.patterns[-len(few.patterns) :]
    assert [(p.kind, p.time, p.target) for p in few.patterns] == [(p.kind, p.time, p.target) for p in newest]
    assert 0 < len(few.levels) <= MOST_LEVELS and few.levels == many.levels
    assert [level.strength for level in few.levels] == sorted(
        (level.strength for level in few.levels), reverse=True
    )
    assert "chart patterns are confirmed" in many.words


def test_without_bars_there_are_none(engine: Runtime) -> None:
    shapes = market_shapes(engine.bench, "NVDA", Timeframe.H1, "yfinance", 250)
    assert shapes.patterns == () and shapes.levels == ()
