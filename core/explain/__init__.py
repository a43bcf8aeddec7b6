"""Explain: what drove each forecast."""

from core.explain.shap_values import TreeModel, explain

__all__ = ["TreeModel", "explain"]
