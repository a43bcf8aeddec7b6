"""The numbers of a proposed trade and its surroundings, for whoever judges it."""

import math
from collections import Counter
from typing import get_args

import numpy as np
import pandas as pd

from core.instruments import resolve
from core.llm.uses.sentiment import Event
from core.llm.uses.validation_facts import HeldFacts, HorizonFacts, MoodFacts, ProposalFacts
from core.pipeline.at_hand import known_bars
from core.pipeline.run import Run, Workbench
from core.records import Costs, Forecast, NewsKind, Position, Proposal, Sentiment, Timeframe
from core.tables import closed_bars

EVENTS: tuple[str, ...] = get_args(Event)
_WINDOWS = (1, 24, 168)
"""Bars over which returns are told."""
_SIGMA_BARS = 100
_FEWEST_PAIRS = 30
"""Returns that a correlation needs at least."""


def proposal_facts(run: Run, proposal: Proposal, bench: Workbench) -> ProposalFacts:
    """What is known of a proposal at the run's moment; nothing newer is read, and no text."""
    fused, regime, equity = run.fused, run.regime, run.book.equity
    closes = run.bars["close"]
    volatility = next((item.volatility for item in run.forecasts if item.volatility), None)
    return ProposalFacts(
        symbol=proposal.symbol,
        timeframe=run.request.timeframe.value,
        direction="buy" if proposal.quantity > 0 else "sell short",
        share=abs(proposal.quantity) * proposal.price / equity if equity > 0 else 0.0,
        stop=proposal.stop,
        target=proposal.target,
        reward_to_risk=_reward_to_risk(proposal, bench.settings.costs.record()),
        confidence=proposal.confidence,
        disagreement=fused.disagreement if fused else 0.0,
        numbers_only=fused.numbers_only if fused else None,
        regime=regime.kind.value if regime else "",
        regime_probability=regime.probabilities[regime.likeliest] if regime else None,
        yearly_volatility=regime.yearly_volatility[regime.likeliest] if regime else None,
        expected_move=volatility.sigma if volatility else None,
        returns=tuple(
            (f"{bars} {'bar' if bars == 1 else 'bars'}", float(closes.iloc[-1] / closes.iloc[-1 - bars] - 1))
            for bars in _WINDOWS
            if len(closes) > bars
        ),
        last_return_sigmas=_last_in_sigmas(closes),
        mood=_mood(run.sentiment),
        forecasts=tuple(_horizon(item) for item in run.forecasts),
        held=tuple(_held(item, run, bench) for item in run.book.positions if item.symbol != proposal.symbol),
        quality=run.quality.score if run.quality else None,
    )


def _reward_to_risk(proposal: Proposal, costs: Costs) -> float | None:
    """Net profit at the target over net loss at the stop; the same sum as the risk check's."""
    if proposal.stop is None or proposal.target is None or not proposal.stop > 0:
        return None
    enter = costs.fee + costs.half_spread + costs.slippage
    leave = costs.fee if costs.maker is None else costs.maker
    return (proposal.target - enter - leave) / (proposal.stop + 2 * enter)


def _last_in_sigmas(closes: pd.Series) -> float | None:
    """The last log return in standard deviations of the up to 100 before it."""
    returns = np.diff(np.log(closes.to_numpy(dtype="float64")[-(_SIGMA_BARS + 2) :]))
    spread = float(np.std(returns[:-1])) if len(returns) > _FEWEST_PAIRS else 0.0
    return float(returns[-1]) / spread if spread > 0 else None


def _mood(sentiment: Sentiment | None) -> MoodFacts | None:
    """Scores and counts; a type of event is a word of ours or nothing."""
    if sentiment is None or sentiment.score is None:
        return None
    social = sum(item.kind is NewsKind.SOCIAL for item in sentiment.items)
    events = Counter(item.event for item in sentiment.items if item.event in EVENTS)
    return MoodFacts(
        score=sentiment.score,
        news=sentiment.news,
        social=sentiment.social,
        news_items=len(sentiment.items) - social,
        social_items=social,
        events=tuple(sorted(events.items())),
    )


def _horizon(item: Forecast) -> HorizonFacts:
    return HorizonFacts(item.horizon, item.bars, item.p_down, item.p_flat, item.p_up, item.skill, item.edge)


def _held(position: Position, run: Run, bench: Workbench) -> HeldFacts:
    return HeldFacts(position.symbol, position.value / run.book.equity, _correlation(position, run, bench))


def _correlation(position: Position, run: Run, bench: Workbench) -> float | None:
    """Of the log returns of the last 100 bars that both have; None where too few are at hand."""
    if position.timeframe != run.request.timeframe.value:
        return None
    timeframe = Timeframe(position.timeframe)
    start = run.as_of - timeframe.delta * 4 * _SIGMA_BARS
    bars = known_bars(bench, resolve(position.symbol), timeframe, position.data_source, start, run.as_of)
    if bars.empty:
        return None
    closes = closed_bars(bars, timeframe, run.as_of)["close"]
    both = pd.concat([run.bars["close"], closes], axis=1, join="inner").iloc[-(_SIGMA_BARS + 1) :]
    returns = np.diff(np.log(both.to_numpy(dtype="float64")), axis=0)
    if len(returns) < _FEWEST_PAIRS or not (returns.std(axis=0) > 0).all():
        return None
    found = float(np.corrcoef(returns.T)[0, 1])
    return found if math.isfinite(found) else None
