"""Has the world moved since a model learnt? Features (PSI), losses (ADWIN), errors (KS), each against its own null."""

from core.predict.drift.losses import first_cut, log_losses, loss_drift
from core.predict.drift.report import FEWEST, Looked, Scored, drift_report
from core.predict.drift.residuals import ks_distance, randomised_pit, residual_drift
from core.predict.drift.stability import feature_drift, null_psi, psi, psi_of_shares

__all__ = [
    "FEWEST",
    "Looked",
    "Scored",
    "drift_report",
    "feature_drift",
    "first_cut",
    "ks_distance",
    "log_losses",
    "loss_drift",
    "null_psi",
    "psi",
    "psi_of_shares",
    "randomised_pit",
    "residual_drift",
]
