import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from core.charts import (
    Look,
    direction_colour,
    direction_label,
    faded,
    money_colour,
    state_colour,
    state_label,
    verdict_colour,
    verdict_label,
)
from core.records import Direction, StageState, Verdict

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
GROUNDS = ("background", "surface", "sidebar")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula_gives_the_published_extremes():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_colour_is_seen_on_every_ground(look, ground):
    tokens = look.tokens
    names = [f.name for f in fields(tokens) if f.name not in (*GROUNDS, "series")]
    for colour in [*(getattr(tokens, name) for name in names), *tokens.series]:
        assert contrast(colour, getattr(tokens, ground)) >= 3.0
    for words in (tokens.text, tokens.muted):
        assert contrast(words, getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("look", list(Look))
def test_up_and_down_differ_for_the_red_green_blind(look):
    # Blue against orange: the blue channel orders them whatever red and green look like.
    up, down = look.tokens.up, look.tokens.down
    assert abs(int(up[5:], 16) - int(down[5:], 16)) > 120


@pytest.mark.parametrize("look", list(Look))
def test_theme_of_the_pages_has_the_colours_of_the_figures(look):
    theme, tokens = CONFIG["theme"][look.value], look.tokens
    assert theme["backgroundColor"] == tokens.background
    assert theme["secondaryBackgroundColor"] == tokens.surface
    assert theme["sidebar"]["backgroundColor"] == tokens.sidebar
    assert theme["textColor"] == tokens.text
    assert theme["linkColor"] == tokens.accent
    assert tuple(theme["chartCategoricalColors"]) == tokens.series
    assert contrast(theme["primaryColor"], "#FFFFFF") >= 4.5, "white words on the main button"


def test_config_keeps_the_app_at_home():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["headless"] is True
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    text = (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text()
    assert "http" not in text, "a font or theme from the network"


def test_labels_carry_meaning_without_colour():
    assert [direction_label(d) for d in Direction] == ["▼ down", "■ flat", "▲ up"]
    for kind, label, colour in (
        (StageState, state_label, state_colour),
        (Verdict, verdict_label, verdict_colour),
        (Direction, direction_label, direction_colour),
    ):
        assert len({label(item)[0] for item in kind}) == len(kind)
        for look in Look:
            assert len({colour(item, look) for item in kind}) == len(kind)


def test_money_and_fading():
    tokens = Look.DARK.tokens
    assert money_colour(1.0, Look.DARK) == tokens.profit
    assert money_colour(-1.0, Look.DARK) == tokens.loss
    assert money_colour(0.0, Look.DARK) == money_colour(float("nan"), Look.DARK) == tokens.neutral
    assert faded("#0B6BB5", 0.5) == "rgba(11,107,181,0.5)"


def test_static_pictures_are_local_and_small():
    static = Path(__file__).parents[2] / "static"
    assert (static / "icon.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    for name in ("icon.png", "icon.svg", "logo-light.svg", "logo-dark.svg"):
        assert (static / name).stat().st_size < 5_000
