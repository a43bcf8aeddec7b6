"""What the daily optimisations came to, as alerts."""

from collections.abc import Iterable

from core.pipeline import Workbench
from core.records import Alert, AlertKind, ImproveState, Severity
from core.store.improvements import improvements

_KINDS = {ImproveState.PROMOTED: AlertKind.PROMOTED, ImproveState.DROPPED: AlertKind.DROPPED}


def notice_improvements(bench: Workbench) -> Iterable[Alert]:
    """A challenger that begins, wins or is dropped, and every night that ended without one."""
    for night in improvements(bench.store, limit=200):
        run = night.run
        if run.begun_at is not None:
            begun = next(
                (step for step in night.steps if step.as_of == run.as_of and step.verdict == "on trial"), None
            )
            words = f"{run.title}: a challenger is on trial. {begun.words if begun else ''}".strip()
            at = begun.done_at if begun else run.started_at
            yield Alert(
                f"improve:{run.id}:trial", AlertKind.OPTIMISED, Severity.INFO, at, run.symbol, words, run.live
            )
        if run.state.ended:
            kind = _KINDS.get(run.state, AlertKind.OPTIMISED)
            loud = Severity.WARNING if run.state in _KINDS else Severity.INFO
            words = f"{run.title}: {run.state}. {run.words}"
            yield Alert(
                f"improve:{run.id}:{run.state}", kind, loud, run.updated_at, run.symbol, words, run.live
            )
