"""What a chart pattern is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PatternKind(StrEnum):
    """The shapes that are looked for (Edwards and Magee, «Technical Analysis of Stock Trends»)."""

    ASCENDING_TRIANGLE = "ascending triangle"
    DESCENDING_TRIANGLE = "descending triangle"
    SYMMETRIC_TRIANGLE = "symmetric triangle"
    HEAD_AND_SHOULDERS = "head and shoulders"
    INVERSE_HEAD_AND_SHOULDERS = "inverse head and shoulders"
    DOUBLE_TOP = "double top"
    DOUBLE_BOTTOM = "double bottom"
    BULL_FLAG = "bull flag"
    BEAR_FLAG = "bear flag"


@dataclass(frozen=True, slots=True)
class PatternPoint:
    """A place on the chart."""

    row: int
    time: datetime
    """Open time of the bar, UTC."""
    price: float


@dataclass(frozen=True, slots=True)
class PatternLine:
    """A straight line of a pattern; it ends at the bar that confirms it."""

    name: str
    """e.g. neckline, upper line, pole."""
    begin: PatternPoint
    end: PatternPoint


@dataclass(frozen=True, slots=True)
class ChartPattern:
    """A pattern whose line was broken; before that bar it does not exist."""

    kind: PatternKind
    direction: int
    """1: broken upwards, −1: downwards."""
    confirmed: int
    """Row of the bar whose close broke the line."""
    time: datetime
    """Open time of that bar, UTC; it is known from the bar's close."""
    points: tuple[PatternPoint, ...]
    """The turns it is made of, oldest first."""
    lines: tuple[PatternLine, ...]
    broken: float
    """Price of the broken line at that bar."""
    target: float
    """Measured move: the broken line plus the height of the pattern (of a flag: of its pole), in its direction."""
    wrong: float
    """Price beyond which the shape has failed, known at the break."""

    @property
    def height(self) -> float:
        """Distance from the broken line to the target, in price units."""
        return abs(self.target - self.broken)
