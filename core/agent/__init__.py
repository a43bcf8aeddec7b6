"""Agent: a simulated market over the real matching core, and agents that learn to trade in it.

A menu of the room: `arena` (bars, costs and limits), `market` and `environment` (episodes, the latter with gymnasium's
interface), `observing` (what an agent sees), `transitions` and `fitted_q` (the default agent), `ppo` (the optional one),
`committee` (agents of several seeds that act together), `files` (on disk), `seeds` (statistics over seeds), `rivals`
(what agents are held against), `explaining`.
"""

from core.agent.arena import Arena, Limits, arena_of, checked_exposures
from core.agent.observing import BOOK_INPUTS, LEADS, MOOD, Observer, observer_for

__all__ = [
    "BOOK_INPUTS",
    "LEADS",
    "MOOD",
    "Arena",
    "Limits",
    "Observer",
    "arena_of",
    "checked_exposures",
    "observer_for",
]
