"""Four small networks: window of rows → scores of down, flat, up. Needs torch."""

import torch
from torch import nn

_UNITS = 16
_WIDTH = 32
_CLASSES = 3


class BidirectionalLSTM(nn.Module):
    """Hochreiter & Schmidhuber 1997, read in both directions (Graves & Schmidhuber 2005); the window is all past."""

    def __init__(self, inputs: int, window: int) -> None:
        super().__init__()
        self.read = nn.LSTM(inputs, _UNITS, batch_first=True, bidirectional=True)
        self.say = nn.Linear(2 * _UNITS, _CLASSES)

    def forward(self, rows: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """(n, window, f) → (n, 3); the weight is for the loss."""
        _, (last, _) = self.read(rows)
        return self.say(torch.cat([last[0], last[1]], dim=1))


class GRU(nn.Module):
    """Cho et al. 2014."""

    def __init__(self, inputs: int, window: int) -> None:
        super().__init__()
        self.read = nn.GRU(inputs, _UNITS, batch_first=True)
        self.say = nn.Linear(_UNITS, _CLASSES)

    def forward(self, rows: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """(n, window, f) → (n, 3)."""
        _, last = self.read(rows)
        return self.say(last[0])


class Convolution(nn.Module):
    """Two layers over time, of which the last step and the mean are read."""

    def __init__(self, inputs: int, window: int) -> None:
        super().__init__()
        self.read = nn.Sequential(
            nn.Conv1d(inputs, _UNITS, 3, padding=1),
            nn.GELU(),
            nn.Conv1d(_UNITS, _UNITS, 3, padding=1),
            nn.GELU(),
        )
        self.say = nn.Linear(2 * _UNITS, _CLASSES)

    def forward(self, rows: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """(n, window, f) → (n, 3)."""
        read = self.read(rows.transpose(1, 2))
        return self.say(torch.cat([read[:, :, -1], read.mean(dim=2)], dim=1))


class Transformer(nn.Module):
    """One encoder layer (Vaswani et al. 2017), normalised first, with learnt places; the last step is read."""

    def __init__(self, inputs: int, window: int) -> None:
        super().__init__()
        self.widen = nn.Linear(inputs, _WIDTH)
        self.place = nn.Parameter(0.02 * torch.randn(window, _WIDTH))
        # no dropout: it draws from one generator of the whole process, and fits run side by side
        self.attend = nn.TransformerEncoderLayer(
            _WIDTH, 2, 2 * _WIDTH, dropout=0.0, batch_first=True, norm_first=True
        )
        self.say = nn.Sequential(nn.LayerNorm(_WIDTH), nn.Linear(_WIDTH, _CLASSES))

    def forward(self, rows: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """(n, window, f) → (n, 3)."""
        return self.say(self.attend(self.widen(rows) + self.place)[:, -1])


NETWORKS: dict[str, type[nn.Module]] = {
    "lstm": BidirectionalLSTM,
    "gru": GRU,
    "cnn": Convolution,
    "transformer": Transformer,
}

RATES = {"lstm": 3e-3, "gru": 3e-3, "cnn": 1e-3, "transformer": 1e-3}
"""Learning rate of each: recurrent ones start slowly, and a few epochs are all they get."""
