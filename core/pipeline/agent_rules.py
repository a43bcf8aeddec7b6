"""The rules of the simulated market, as the settings have them, and how they are told."""

import hashlib
import json
import math
from dataclasses import asdict

from core.agent import Limits
from core.settings import Settings

UNCAPPED = 2.0
"""Setting sentiment.text_cap at which text may turn a position around."""


def limits_of(settings: Settings) -> Limits:
    """The risk rules that hold in the simulated market: those that look at one asset's price, position and equity."""
    risk = settings.risk
    return Limits(
        size=float(risk.max_position),
        stop=float(risk.stop_loss),
        target=float(risk.take_profit),
        trail=float(risk.trailing_stop) or math.nan,
        even=float(risk.break_even) or math.nan,
        bars=float(risk.time_limit) or math.inf,
        short=bool(risk.allow_short),
        daily_loss=float(risk.max_daily_loss),
        drawdown=float(risk.max_drawdown) or math.inf,
    )


def reads_mood(settings: Settings) -> bool:
    """Whether agents see the mood of texts: only where text may move a position as far as it likes.

    Elsewhere text moves a position through the capped sentiment signal alone; an agent that read it would be a second
    way past the cap. The input is then always unknown, in training, in the tests and in a cycle alike.
    """
    return settings.sentiment.text_cap >= UNCAPPED


def setup_of(settings: Settings) -> str:
    """Hash of what agents were judged under: limits, costs, exposures, what they see; changed, the judgement is void."""
    told = [
        list(limits_of(settings)), asdict(settings.costs.record()), settings.agent.levels, settings.agent.features,
        reads_mood(settings),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]


def assumptions_of(gap: int, settings: Settings) -> tuple[str, ...]:
    """What is simulated how, in sentences."""
    limits = limits_of(settings)
    lines = [
        "A decision at a close fills at the next open, with all costs, through the matching core of the paper book.",
        f"An exposure of 1 is {limits.size:.0%} of equity; stop {limits.stop:.2%}, target {limits.target:.2%} from the fill.",
        "Reward: change of log equity net of all costs"
        + (
            f", less {settings.agent.risk_term:g} times every new low of equity below its peak."
            if settings.agent.risk_term
            else "; no risk term."
        ),
        f"Nothing is opened after a loss of {limits.daily_loss:.0%} since 00:00 UTC"
        + (
            f", nor ever again after a fall of {limits.drawdown:.0%} from the peak." if math.isfinite(limits.drawdown) else "."
        ),
        "Rules that look at other positions (correlation, number of trades, value at risk) do not bind a market of one asset.",
        "Only learning is approximated: there a position counts at the exposure aimed at, and lots, ticks, minimum fees, "
        "impact, part fills, trailing stops, time limits and loss limits are left out; the walked curves and the test have them.",
        f"{gap} bars are left out before the watched and before the tested part.",
    ]  # fmt: skip
    if not reads_mood(settings):
        lines.append(
            "The mood of texts counts as unknown: text moves a position through the capped sentiment signal alone."
        )
    return tuple(lines)
