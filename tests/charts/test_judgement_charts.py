from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import plotly.graph_objects as go
import pytest

from core.charts import (
    FIGURE_CONFIG,
    Look,
    empty_figure,
    forecast_chart,
    fusion_chart,
    quality_chart,
    seconds_text,
    sentiment_chart,
    shap_waterfall,
    stage_chart,
)
from core.records import (
    DataQuality,
    FusedSignal,
    ItemSentiment,
    Problem,
    QualityCheck,
    Sentiment,
    StageReport,
    StageState,
    WordWeight,
)

EMPTY = {
    "forecasts": lambda look: forecast_chart((), look),
    "fusion": lambda look: fusion_chart(None, 0.2, look),
    "quality": lambda look: quality_chart(None, look),
    "sentiment": lambda look: sentiment_chart(None, look),
    "sentiment of nothing": lambda look: sentiment_chart(
        Sentiment("X", datetime(2019, 6, 3, tzinfo=UTC), None, "v", ()), look
    ),
    "shap": lambda look: shap_waterfall(None, look),
    "stages": lambda look: stage_chart((), look),
}


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("build", EMPTY.values(), ids=EMPTY.keys())
def test_empty_inputs_give_a_sentence(build, look):
    figure = build(look)
    assert not figure.data
    (note,) = figure.layout.annotations
    assert note.text.endswith(".")
    assert (note.x, note.y) == (0.5, 0.5)
    assert note.font.color == look.tokens.muted


def test_waterfall_adds_up(explanation):
    (bars,) = shap_waterfall(explanation).data
    assert list(bars.measure) == ["absolute", *["relative"] * 13, "total"]
    assert bars.x[0] == explanation.base
    assert bars.x[-1] == explanation.margin
    assert sum(bars.x[:-1]) == pytest.approx(explanation.margin)
    top = sorted(explanation.attributions, key=lambda a: -abs(a.contribution))
    assert list(bars.x[1:13]) == [a.contribution for a in top[:12]]
    assert bars.x[13] == pytest.approx(sum(a.contribution for a in top[12:]))
    assert bars.text[1] == "+0.500"
    assert bars.text[2] == "−0.400"
    assert "towards «up»" in bars.customdata[1]
    assert "away from «up»" in bars.customdata[2]


def test_waterfall_labels_name_feature_and_value(explanation):
    labels = shap_waterfall(explanation).layout.yaxis.ticktext
    assert labels[0] == "base"
    assert labels[1] == "feature_0 = 0"
    assert labels[3] == "feature_2 = –"
    assert labels[-2] == "3 others"
    assert labels[-1] == "margin"


def test_waterfall_takes_the_colour_of_its_class(explanation):
    tokens = Look.LIGHT.tokens
    up = shap_waterfall(explanation).data[0]
    down = shap_waterfall(
        type(explanation)("short", "down", 0.1, explanation.margin, 0.0, explanation.attributions, "m")
    ).data[0]
    assert (up.increasing.marker.color, up.decreasing.marker.color) == (tokens.up, tokens.down)
    assert (down.increasing.marker.color, down.decreasing.marker.color) == (tokens.down, tokens.up)


def test_forecast_bars_are_the_probabilities(forecasts):
    forecasts = (forecasts[0], replace(forecasts[1], edge=True, edge_words="It <passed> everything."))
    figure = forecast_chart(forecasts)
    bars = {trace.offsetgroup: trace for trace in figure.data if isinstance(trace, go.Bar)}
    marks = {t.offsetgroup: t for t in figure.data if isinstance(t, go.Scatter) and t.mode == "markers"}
    words = {t.offsetgroup: t for t in figure.data if isinstance(t, go.Scatter) and t.mode == "text"}
    assert [b.name for b in bars.values()] == ["▼ down", "■ flat", "▲ up"]
    for way in ("down", "flat", "up"):
        assert list(bars[way].y) == [getattr(f, f"p_{way}") for f in forecasts]
        assert list(marks[way].y) == [getattr(f, f"base_{way}") for f in forecasts]
    assert list(words["up"].text) == ["30%", "80%"]
    assert len({bar.marker.pattern.shape for bar in bars.values()}) == 3
    short, long = figure.layout.xaxis.ticktext
    assert "! no evidence of edge" in short
    assert "skill +0.020" in short
    assert "✓ evidence of edge" in long
    assert sum(mark.showlegend for mark in marks.values()) == 1
    assert "It &lt;passed&gt; everything." in bars["up"].customdata[1]
    assert "long (96 bars): up with 80%." in figure.layout.meta
    assert "short (6 bars): down with 50%, no evidence of edge;" in figure.layout.meta


def test_fusion_bars_are_the_contributions(fused):
    figure = fusion_chart(fused, 0.15)
    (bars,) = figure.data
    assert list(bars.x) == [fused.score, -0.1, 0.3]
    assert list(figure.layout.yaxis.ticktext) == ["<b>sum</b>", "▼ rsi", "▲ sma_cross"]
    assert [shape.x0 for shape in figure.layout.shapes] == [-0.15, 0.15]
    assert "reaches the threshold of 0.15" in bars.customdata[0]
    assert "weight 50.0% × confidence 60.0% = +0.300" in bars.customdata[2]
    assert "because &lt;b&gt;" in bars.customdata[2], "words of others cannot format the page"


def test_fusion_below_the_threshold_says_so(fused):
    calm = FusedSignal(fused.direction, 0.2, 0.2, fused.parts, 0.5, "calm")
    assert "stays below" in fusion_chart(calm, 0.5).data[0].customdata[0]


def test_sentiment_dots_are_the_headlines(as_of):
    items = tuple(
        ItemSentiment(
            f"h{k}",
            f"Title <i>{k}",
            "wire",
            as_of - timedelta(hours=k),
            score,
            weight,
            (WordWeight("gain", 1.7),),
        )
        for k, (score, weight) in enumerate([(0.6, 0.5), (0.0, 0.3), (-0.4, 0.2)])
    )
    figure = sentiment_chart(Sentiment("BTC-USD", as_of, 0.22, "vader", items))
    dots = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert [list(dots[name].y) for name in ("good", "neutral", "bad")] == [[0.6], [0.0], [-0.4]]
    assert dots["good"].marker.size[0] > dots["neutral"].marker.size[0] > dots["bad"].marker.size[0]
    assert len({trace.marker.symbol for trace in dots.values()}) == 3
    assert "gain +1.7" in dots["good"].customdata[0]
    assert "Title &lt;i&gt;0" in dots["good"].customdata[0]
    mean = next(trace for trace in figure.data if trace.name.startswith("sentiment"))
    assert list(mean.y) == [0.22, 0.22]


def test_quality_shows_score_and_every_penalty(as_of):
    checks = (
        QualityCheck("missing_bars", 3, 6.5, "3 of 90 bars are missing"),
        QualityCheck("order", 0, 0.0, "fine"),
    )
    figure = quality_chart(DataQuality(93.5, 90, as_of, as_of, checks))
    score, lost, penalties = figure.data
    assert (score.x[0], lost.x[0]) == (93.5, 6.5)
    assert "93.5 of 100" in score.text[0]
    assert "good" in score.text[0]
    assert list(penalties.x) == [0.0, 6.5]
    assert list(penalties.text) == ["✓ none", "−6.5 (3)"]
    assert list(figure.layout.yaxis.ticktext) == ["order", "missing bars"]


def test_stage_bars_follow_each_other():
    trouble = Problem("sentiment/rss", "No answer.", "Used old headlines.")
    stages = [
        StageReport("collect", StageState.OK, 0.5, "400 bars", "cache", ()),
        StageReport("sentiment", StageState.DEGRADED, 0.25, "none", "rss", (trouble,)),
        StageReport("predict", StageState.OK, 1.0, "fine", "m1", ()),
    ]
    figure = stage_chart(stages)
    ok, degraded = figure.data
    assert ok.name == "✓ ok"
    assert list(ok.base) == [0.0, 0.75]
    assert list(ok.x) == [0.5, 1.0]
    assert list(degraded.base) == [0.5]
    assert "Used old headlines." in degraded.customdata[0]
    assert ok.marker.pattern.shape != degraded.marker.pattern.shape
    assert list(figure.layout.yaxis.ticktext) == ["✓ collect", "! sentiment", "✓ predict"]


def test_seconds_have_the_unit_they_ask_for():
    assert [seconds_text(s) for s in (0.004, 0.12, 2.4, 75.0)] == ["4 ms", "0.12 s", "2.40 s", "75 s"]


@pytest.mark.parametrize("look", list(Look))
def test_every_figure_says_in_words_what_it_shows(look, forecasts, explanation, fused):
    for figure in (
        forecast_chart(forecasts, look),
        shap_waterfall(explanation, look),
        fusion_chart(fused, 0.2, look),
    ):
        assert len(figure.layout.meta) > 20
        assert "nan" not in figure.layout.meta.lower()
        assert "nan" not in (figure.layout.title.text or "").lower()
        assert figure.layout.template.layout.paper_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.template.layout.font.color == look.tokens.text
        assert np.isfinite(figure.layout.height)


def test_title_may_be_left_to_the_page(forecasts):
    assert forecast_chart(forecasts, title="").layout.title.text is None
    assert FIGURE_CONFIG["displaylogo"] is False
    assert "<b>" not in empty_figure("<b>x</b>", Look.LIGHT).layout.annotations[0].text
