"""Diagnosis: what a backtest took for granted, what is suspicious about it, and when its number must not be shown."""

from core.evaluate.diagnosis.assumptions import assumptions
from core.evaluate.diagnosis.refusal import refusal
from core.evaluate.diagnosis.suspicion import warnings

__all__ = ["assumptions", "refusal", "warnings"]
