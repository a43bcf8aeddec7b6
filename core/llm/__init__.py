"""Language models: one edge to any OpenAI-compatible endpoint, and a small file for each use of it."""

from core.llm.answering import Answered, answered
from core.llm.asking import Asked, LanguageModel, language_model
from core.llm.budget import Purse, price_of
from core.llm.endpoints import endpoint_of
from core.llm.memory import Memory
from core.llm.message import Answer, Check, Endpoint, Message, Request
from core.llm.use import Unit, Use
from core.llm.wire import Probe, Wire, WireState, probe

__all__ = [
    "Answer",
    "Answered",
    "Asked",
    "Check",
    "Endpoint",
    "LanguageModel",
    "Memory",
    "Message",
    "Probe",
    "Purse",
    "Request",
    "Unit",
    "Use",
    "Wire",
    "WireState",
    "answered",
    "endpoint_of",
    "language_model",
    "price_of",
    "probe",
]
