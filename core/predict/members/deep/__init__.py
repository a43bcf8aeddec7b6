"""Neural members, for whoever has installed requirements-deep.txt: they read the last bars as a sequence."""

from core.predict.members.deep.asking import fit_cnn, fit_gru, fit_lstm, fit_transformer
from core.predict.members.deep.windows import WINDOW

__all__ = ["WINDOW", "fit_cnn", "fit_gru", "fit_lstm", "fit_transformer"]
