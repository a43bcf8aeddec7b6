"""Colours, symbols and words of every figure and page, one set for light and one for dark.

Up against down is blue against orange (after Okabe and Ito, "Color Universal Design", 2008), so that the pair
survives red-green blindness; and no meaning rests on colour alone: each has a symbol or a pattern too.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from core.records import Direction, StageState, Verdict


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one look, as #RRGGBB; series colours reach 3:1 (WCAG 1.4.11) against all three grounds."""

    background: str
    surface: str
    """Inputs, code, raised boxes."""
    sidebar: str
    text: str
    muted: str
    """Axis labels and secondary words."""
    accent: str
    up: str
    flat: str
    down: str
    warning: str
    failure: str
    series: tuple[str, ...]
    """Lines without a meaning of their own, in order of use."""

    @property
    def profit(self) -> str:
        """A gain."""
        return self.up

    @property
    def loss(self) -> str:
        """A loss."""
        return self.down

    @property
    def long(self) -> str:
        """Bought."""
        return self.up

    @property
    def short(self) -> str:
        """Sold short."""
        return self.down

    @property
    def stop(self) -> str:
        """The level that takes the loss."""
        return self.down

    @property
    def target(self) -> str:
        """The level that takes the profit."""
        return self.up

    @property
    def neutral(self) -> str:
        """Totals, references, what is neither good nor bad."""
        return self.flat


_LIGHT = Tokens(
    background="#FAFAF7", surface="#F0F1EC", sidebar="#F3F4EF", text="#1A2230", muted="#5B6472",
    accent="#0F766E", up="#0B6BB5", flat="#66707D", down="#B84D08", warning="#8A6100", failure="#B3265E",
    series=("#0F766E", "#7A4FA3", "#8A6100", "#B0457B", "#0B6BB5", "#B84D08", "#66707D"),
)  # fmt: skip
_DARK = Tokens(
    background="#0E1420", surface="#182131", sidebar="#0A0F19", text="#E6EAF0", muted="#98A3B3",
    accent="#3CC9B4", up="#5CB3F5", flat="#98A3B3", down="#F29A4A", warning="#E8C04A", failure="#FF7FA5",
    series=("#3CC9B4", "#B79AF0", "#E8C04A", "#F08CBF", "#5CB3F5", "#F29A4A", "#98A3B3"),
)  # fmt: skip


class Look(StrEnum):
    """Which theme a figure is drawn for."""

    LIGHT = "light"
    DARK = "dark"

    @property
    def tokens(self) -> Tokens:
        """The colours of this look."""
        return _DARK if self is Look.DARK else _LIGHT


def faded(colour: str, alpha: float) -> str:
    """The same #RRGGBB colour as rgba with an opacity of 0…1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


_DIRECTION_SYMBOL = {Direction.UP: "▲", Direction.FLAT: "■", Direction.DOWN: "▼"}
_DIRECTION_PATTERN = {Direction.UP: "", Direction.FLAT: ".", Direction.DOWN: "/"}
_STATE_SYMBOL = {
    StageState.OK: "✓", StageState.DEGRADED: "!", StageState.FAILED: "✕", StageState.SKIPPED: "–",
}  # fmt: skip
_STATE_PATTERN = {
    StageState.OK: "", StageState.DEGRADED: "/", StageState.FAILED: "x", StageState.SKIPPED: ".",
}  # fmt: skip
_VERDICT_LABEL = {
    Verdict.ORDERED: "● ordered", Verdict.DENIED: "✕ denied",
    Verdict.NO_TRADE: "■ no trade", Verdict.FAILED: "! failed",
}  # fmt: skip


def direction_colour(direction: Direction, look: Look) -> str:
    """Colour of up, flat or down."""
    tokens = look.tokens
    return {Direction.UP: tokens.up, Direction.FLAT: tokens.flat, Direction.DOWN: tokens.down}[direction]


def direction_symbol(direction: Direction) -> str:
    """▲, ■ or ▼."""
    return _DIRECTION_SYMBOL[direction]


def direction_label(direction: Direction) -> str:
    """Symbol and word, e.g. «▲ up»."""
    return f"{_DIRECTION_SYMBOL[direction]} {direction.word}"


def direction_pattern(direction: Direction) -> str:
    """Plotly fill pattern, so that bars can be told apart without colour."""
    return _DIRECTION_PATTERN[direction]


def state_colour(state: StageState, look: Look) -> str:
    """Colour of how a stage ended."""
    tokens = look.tokens
    return {
        StageState.OK: tokens.accent, StageState.DEGRADED: tokens.warning,
        StageState.FAILED: tokens.failure, StageState.SKIPPED: tokens.neutral,
    }[state]  # fmt: skip


def state_label(state: StageState) -> str:
    """Symbol and word, e.g. «✓ ok»."""
    return f"{_STATE_SYMBOL[state]} {state.value}"


def state_symbol(state: StageState) -> str:
    """✓, !, ✕ or –."""
    return _STATE_SYMBOL[state]


def state_pattern(state: StageState) -> str:
    """Plotly fill pattern of a stage's bar."""
    return _STATE_PATTERN[state]


def verdict_colour(verdict: Verdict, look: Look) -> str:
    """Colour of how a cycle ended."""
    tokens = look.tokens
    return {
        Verdict.ORDERED: tokens.accent, Verdict.DENIED: tokens.warning,
        Verdict.NO_TRADE: tokens.neutral, Verdict.FAILED: tokens.failure,
    }[verdict]  # fmt: skip


def verdict_label(verdict: Verdict) -> str:
    """Symbol and word, e.g. «■ no trade»."""
    return _VERDICT_LABEL[verdict]


def money_colour(amount: float, look: Look) -> str:
    """Colour of a profit, a loss, or nothing (zero or not a number)."""
    if math.isnan(amount) or amount == 0:
        return look.tokens.neutral
    return look.tokens.profit if amount > 0 else look.tokens.loss
