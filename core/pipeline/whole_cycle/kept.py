"""Forecasts of a block kept on disk, by a hash of everything they follow from.

Training is what a backtest of the whole cycle waits for, and the next run with other costs or risk rules asks for the
same models. Kept are probabilities as plain numbers and the forecast's record as JSON: nothing that runs when read.
"""

import hashlib
import io
import logging
import os
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import ValidationError

from core.predict import Dataset
from core.predict.block_forecast import BlockForecast
from core.records import Forecast
from core.store import dump, load

log = logging.getLogger(__name__)
_LAYOUT = "4"
"""Raised when what is kept, or how it is forecast, changes."""


def block_key(
    name: str, as_of: datetime, recipe: str, learnt: Dataset, rows: pd.DataFrame, bars: pd.DataFrame
) -> str:
    """Hash of what the forecasts of a block follow from.

    Args:
        name: whose they are: symbol, timeframe, source, horizon.
        as_of: moment of training.
        recipe: see `core.predict.recipe`.
        learnt: what the model is trained on.
        rows: features that it is asked about.
        bars: what its regimes were fitted to and are filtered over.
    """
    digest = hashlib.sha256(f"{_LAYOUT}|{name}|{as_of.isoformat()}|{recipe}|{learnt.sha256()}".encode())
    digest.update("|".join(map(str, rows.columns)).encode())
    digest.update(np.ascontiguousarray(rows.to_numpy(dtype=np.float32)).tobytes())
    digest.update(np.ascontiguousarray(bars.to_numpy()).tobytes())
    return digest.hexdigest()


class Kept:
    """A folder of forecasts; a file that is missing or damaged means that they are made again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fault = ""
        """Why something could not be kept; empty when all was."""

    def take(self, key: str) -> BlockForecast | None:
        """What was kept under that key."""
        path = self._folder / f"{key}.npz"
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
                said = load(Forecast, str(held["said"][()]))
                wild = held["volatile"]
                return BlockForecast(
                    held["probability"], said, held["opened"], held["lead"], wild if len(wild) else None
                )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, ValidationError) as err:
            log.warning("kept forecasts %s cannot be read and are made again: %s", path.name, err)
            return None

    def put(self, key: str, block: BlockForecast) -> None:
        """Keep forecasts; the file appears whole or not at all."""
        if block.said is None:
            return
        content = io.BytesIO()
        np.savez_compressed(
            content,
            probability=block.probability,
            said=np.array(dump(Forecast, block.said)),
            opened=block.opened,
            lead=block.lead,
            volatile=np.zeros(0) if block.volatile is None else block.volatile,
        )
        path = self._folder / f"{key}.npz"
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content.getvalue())
            partial.replace(path)
        except OSError as err:
            self.fault = f"Forecasts cannot be kept in {self._folder}: {err.strerror or err}."
