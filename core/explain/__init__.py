"""Explain: what drove each forecast."""

from core.explain.cohorts import CohortComparison, compare_cohorts
from core.explain.ensemble import Contributions, Ensemble, Member, contributions
from core.explain.importance import (
    STEADY,
    ReasonsOverTime,
    importance,
    rank_correlation,
    reasons_over_time,
    seed_agreement,
)
from core.explain.interaction import interaction_strengths, strongest_partner
from core.explain.pooled import NETWORKS, explain_pooled, explanation
from core.explain.probability import ProbabilityShares, background_hash, background_rows, probability_shares
from core.explain.surrogate import SAMPLES, Surrogate, local_surrogate

__all__ = [
    "NETWORKS",
    "SAMPLES",
    "STEADY",
    "CohortComparison",
    "Contributions",
    "Ensemble",
    "Member",
    "ProbabilityShares",
    "ReasonsOverTime",
    "Surrogate",
    "background_hash",
    "background_rows",
    "compare_cohorts",
    "contributions",
    "explain_pooled",
    "explanation",
    "importance",
    "interaction_strengths",
    "local_surrogate",
    "probability_shares",
    "rank_correlation",
    "reasons_over_time",
    "seed_agreement",
    "strongest_partner",
]
