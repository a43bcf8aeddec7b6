"""Colours between colours: how far bars are trusted, and which way two assets move together."""

from collections.abc import Sequence

import numpy as np

from core.charts.palette import Look

Stops = list[tuple[float, str]]
"""A plotly colour scale: places from 0 to 1, each with a #RRGGBB colour."""


def blended(one: str, other: str, share: float) -> str:
    """The #RRGGBB colour on the straight way from `one` (share 0) to `other` (share 1)."""
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (one, other)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(*ends, strict=True))


def trust_scale(look: Look) -> Stops:
    """From no trust (the strongest against the ground) to full trust (the quietest).

    Luminance runs one way, so that the order survives every kind of colour blindness and print in grey.
    """
    tokens = look.tokens
    worst = blended(tokens.failure, tokens.text, 0.3 if look is Look.LIGHT else 0.15)
    return [
        (0.0, worst),
        (0.4, blended(tokens.down, tokens.background, 0.12)),
        (0.75, blended(tokens.warning, tokens.background, 0.55)),
        (1.0, blended(tokens.accent, tokens.background, 0.72)),
    ]


def correlation_scale(look: Look) -> Stops:
    """From −1 (the colour of down) over the ground to +1 (the colour of up)."""
    tokens = look.tokens
    return [(0.0, tokens.down), (0.5, tokens.surface), (1.0, tokens.up)]


def colour_at(scale: Sequence[tuple[float, str]], place: float) -> str:
    """The colour of a scale at a place from 0 to 1; places outside are those at the ends."""
    places = np.array([stop for stop, _ in scale])
    place = float(np.clip(place, places[0], places[-1]))
    right = max(int(np.searchsorted(places, place)), 1)
    span = places[right] - places[right - 1]
    return blended(scale[right - 1][1], scale[right][1], (place - places[right - 1]) / span)


def ink_on(ground: str) -> str:
    """Black or white, whichever is read better on a #RRGGBB ground; one of them always reaches 4.5:1."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1 … 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
