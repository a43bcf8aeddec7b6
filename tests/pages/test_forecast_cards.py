from streamlit.testing.v1 import AppTest


def _page(edge: bool, count: int) -> None:
    """Runs inside the test client: it must bring everything with it."""
    from datetime import UTC, datetime

    from core.records import Forecast, MemberSay
    from pages.components.forecast_cards import forecast_cards

    until = datetime(2019, 6, 1, tzinfo=UTC)
    names = (("short", 4), ("medium", 24), ("long", 96))[:count]
    forecast_cards(
        [
            Forecast(
                name, bars, 0.3, 0.3, 0.4, 0.33, 0.33, 0.34, 0.01, 900, True, "m", until, edge=edge,
                quantiles=(-0.05, -0.02, 0.0, 0.02, 0.05), members=(MemberSay("forest", 0.2, 0.3, 0.5, 1.0),),
            )
            for name, bars in names
        ],
        1000.0,
        "USD",
    )  # fmt: skip


def _shown(edge: bool, count: int) -> AppTest:
    test = AppTest.from_function(_page, args=(edge, count), default_timeout=60).run()
    assert not test.exception
    return test


def test_a_card_for_each_horizon():
    page = _shown(edge=False, count=3)
    words = [item.value for item in page.markdown]
    for heading in ("**Short · 4 bars**", "**Medium · 24 bars**", "**Long · 96 bars**"):
        assert heading in words
    assert sum("no evidence of edge" in word for word in words) == 3
    assert [metric.value for metric in page.metric][:3] == ["40 %", "30 %", "30 %"]
    assert sum(word.startswith("**forest** ▲ 50 %") for word in words) == 3
    assert all(metric.help for metric in page.metric)


def test_a_model_with_an_edge_says_so():
    words = [item.value for item in _shown(edge=True, count=1).markdown]
    assert any("beats knowing nothing" in word for word in words)
    assert not any("no evidence of edge" in word for word in words)


def test_no_forecast_says_what_to_do():
    assert "Run a cycle" in _shown(edge=False, count=0).info[0].value
