"""How an endpoint is asked: several requests at a time, again after failures, never more than it bears."""

from core.llm.wire.probing import Probe, probe
from core.llm.wire.state import WireState
from core.llm.wire.wire import Wire

__all__ = ["Probe", "Wire", "WireState", "probe"]
