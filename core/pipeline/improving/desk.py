"""What the steps of one run work with; everything is read and computed once, and not before it is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from core.errors import GlassboxError
from core.instruments import resolve
from core.pipeline.model_material import Material, model_material
from core.pipeline.run import Workbench
from core.pipeline.tuned_parameters import as_allowed, tuned_settings
from core.pipeline.tuning import tuning_rows
from core.predict import Dataset, Horizon, Split, horizons
from core.predict.tuning import FoldSaid, said_by_fold, tuning_splits
from core.records import ImprovementRun, Instrument, Measured, StepVerdict, Timeframe
from core.settings import PredictSettings
from core.store import Write

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found, and what becomes of the run."""

    run: ImprovementRun
    verdict: StepVerdict
    words: str
    numbers: tuple[Measured, ...] = ()
    writes: tuple[Write, ...] = ()
    """Committed together with the step's own row."""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Out-of-sample forecasts of the candidate and of the present way, block by block on the same rows."""

    candidate: tuple[FoldSaid, ...]
    present: tuple[FoldSaid, ...]


class Desk:
    """One run under way."""

    def __init__(
        self,
        bench: Workbench,
        run: ImprovementRun,
        tell: Tell,
        check: Callable[[], None],
        night_over: Callable[[], bool],
    ) -> None:
        self.bench, self.run, self.tell, self.check, self.night_over = bench, run, tell, check, night_over

    @cached_property
    def instrument(self) -> Instrument:
        """Of the run."""
        return resolve(self.run.symbol)

    @property
    def timeframe(self) -> Timeframe:
        """Of the run."""
        return Timeframe(self.run.timeframe)

    @cached_property
    def horizon(self) -> Horizon:
        """The one that is searched."""
        return next(h for h in horizons(self.bench.settings.predict) if h.name == self.run.horizon)

    @cached_property
    def material(self) -> Material:
        """Bars and features as they were known when the run began; see `known`."""
        return self.known(self.run.as_of)

    def known(self, as_of: datetime | None, since: datetime | None = None) -> Material:
        """Bars and features as they were known at a moment, from the source that the run began with.

        Raises:
            GlassboxError: that source does not answer, and another's bars are not the same.
        """
        run = self.run
        found = model_material(self.bench, self.instrument, self.timeframe, run.source, as_of, since)
        if found.source != run.origin:
            raise GlassboxError(
                f"The daily optimisation of {run.symbol} began with bars from {run.origin}, and only {found.source} answers "
                "now: it goes on when the first source is back."
            )
        return found

    @cached_property
    def present(self) -> PredictSettings:
        """How the horizon is trained now."""
        run = self.run
        return tuned_settings(
            self.bench.store, self.bench.settings.predict, run.symbol, self.timeframe, run.origin, run.horizon
        )

    @cached_property
    def candidate(self) -> PredictSettings:
        """How the candidate is trained."""
        assert self.run.chosen is not None, "only what was chosen is tried"
        return as_allowed(self.bench.settings.predict, self.run.chosen)

    @cached_property
    def data(self) -> Dataset:
        """The labelled rows that the search worked on."""
        return tuning_rows(self.bench, self.material, self.horizon)

    @cached_property
    def splits(self) -> tuple[tuple[Split, ...], Split]:
        """The blocks that trials were scored on, and the last, which none saw."""
        return tuning_splits(self.data, self.present)

    @cached_property
    def spoken(self) -> Spoken:
        """Forecasts of every block but the first; those of the last are the unseen ones."""
        before, last = self.splits
        ways = [self._said((*before, last), way) for way in (self.candidate, self.present)]
        return Spoken(*ways)

    def _said(self, splits: tuple[Split, ...], way: PredictSettings) -> tuple[FoldSaid, ...]:
        said = []
        for fold in said_by_fold(self.data, splits, way):
            self.check()
            said.append(fold)
        return tuple(said)
