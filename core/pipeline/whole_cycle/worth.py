"""The meta-model over past bars: trained again when cycles would, from what was complete then."""

from collections.abc import Callable, Sequence

import pandas as pd

from core.pipeline.meta_labels import is_old, opinion_of
from core.pipeline.meta_training import Scene, train_meta
from core.pipeline.source_tracks import Heard, priors
from core.pipeline.whole_cycle.forecasts import Asked
from core.records import Costs, Forecast, FusedSignal, MetaModel, MetaOpinion, Signal
from core.settings import Settings
from core.signals.meta import MARKET
from core.signals.weights import Past


class Worth:
    """Whether a fused signal is worth taking, row by row in order."""

    def __init__(self, asked: Asked, heard: Callable[[int], Heard], settings: Settings, costs: Costs) -> None:
        """`heard`: what strategies and forecasts of a row said at all bars."""
        self._asked, self._heard, self._settings, self._costs = asked, heard, settings, costs
        self._market = {name: asked.features[name].to_numpy() for name in MARKET}
        self._models: list[MetaModel] = []
        self._scene: Scene | None = None

    def renew(self, row: int, signals: Sequence[Signal], said: Sequence[Forecast]) -> None:
        """Train at the close of a row where there is no model or it has grown stale."""
        if not self._settings.signals.meta:
            return
        asked, moment = self._asked, self._asked.closed_at(row)
        stale = self._settings.predict.retrain_bars
        if self._models and not is_old(self._models[-1], moment, stale, asked.timeframe):
            return
        stop = row + 1
        self._scene = Scene(
            asked.instrument, asked.timeframe, asked.source, asked.bars.iloc[:stop], asked.features.iloc[:stop],
            _until(self._heard(row), stop), priors(signals, said, self._settings), moment, self._costs, self._settings,
        )  # fmt: skip
        self._models.append(train_meta(self._scene))

    def opinion(self, row: int, fused: FusedSignal) -> MetaOpinion | None:
        """What the model of that row says of its signal."""
        if not self._models or self._scene is None:
            return None
        market = {name: values[row : row + 1] for name, values in self._market.items()}
        return opinion_of(self._models[-1], fused, market, self._scene.exits)

    def learnt(self) -> pd.DataFrame:
        """A row for each model: as_of, events, rows, skill, auc, earned, words."""
        rows = [(m.as_of, m.events, m.rows, m.skill, m.auc, m.earned, m.words) for m in self._models]
        return pd.DataFrame(rows, columns=["as_of", "events", "rows", "skill", "auc", "earned", "words"])


def _until(heard: Heard, stop: int) -> Heard:
    """What had been said by a bar, and nothing of what came of it later but the numbers that tracks skip."""
    pasts = tuple(
        Past(past.source, past.horizon, past.direction[:stop], past.confidence[:stop]) for past in heard.pasts
    )
    return Heard(pasts, tuple(gain[:stop] for gain in heard.gains))
