"""What a backtest of the whole cycle hands back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluate import Backtest
from core.evaluate.backtest import report
from core.execute import terms_for
from core.execute.layout import ENTRY
from core.execute.rows import REASONS
from core.llm import LanguageModel
from core.pipeline.whole_cycle.account import Account
from core.pipeline.whole_cycle.desk import Decided
from core.pipeline.whole_cycle.fusing import Fused, as_columns
from core.pipeline.whole_cycle.moods import Moods
from core.records import ExitReason, Problem, SystemState, Verdict

_KINDS = {reason.value: kind for kind, reason in REASONS.items()} | {"entry": ENTRY}


@dataclass(frozen=True, slots=True, eq=False)
class WholeCycle:
    """A backtest with what led to it."""

    backtest: Backtest
    trace: pd.DataFrame
    """Index date (bars of the backtest); score (fused, −1…1; null where the cycle failed), disagreement, spoke (names
    of the sources with a say and an opinion), one column «from SOURCE» of contributions for each that ever had, verdict
    (a Verdict's value), refused (checks that denied it, comma-separated) and held (units at the close)."""
    decided: tuple[Decided, ...]
    """Every decision to open or close, in order, with its risk checks."""
    trainings: pd.DataFrame
    """A row for each model: horizon, as_of, bars forecast, skill, calibrated (whether it had a say), model_id."""
    problems: tuple[Problem, ...]
    remembered: Backtest | None = None
    """The same run with the scores of a language model that may remember what followed; None where there are none. It
    belongs in no headline."""

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many bars ended how."""
        counted = self.trace["verdict"].value_counts()
        return {verdict: int(counted.get(verdict.value, 0)) for verdict in Verdict}


def backtest_of(account: Account, cash: float) -> Backtest:
    """The account's history in the shape of every backtest, measured by the same functions."""
    asked = account.asked
    bars = asked.bars.iloc[asked.first : asked.stop]
    terms = terms_for(account.costs, asked.instrument, asked.timeframe)
    yearly = asked.instrument.bars_per_year(asked.timeframe)
    return report(bars, account.equity, account.held != 0.0, _log(account), terms, cash, yearly)


def _log(account: Account) -> np.ndarray:
    """Fills as rows of the matching core's log: bar, asset, then the columns of an event."""
    asked = account.asked
    settled = iter(account.trades)  # one for each exit, in the same order
    rows = []
    for fill in account.fills:
        kind = _KINDS[fill.reason]
        charges = 0.0 if kind == ENTRY else next(settled).fees - fill.fee
        own = kind != ENTRY and fill.reason != ExitReason.SIGNAL.value
        decided = -1 if own else int(fill.order_id.removesuffix("-1")) - asked.first
        bar = int(asked.bars.index.searchsorted(pd.Timestamp(fill.time))) - asked.first
        change = fill.quantity if fill.side == "buy" else -fill.quantity
        rows.append(
            (
                bar, 0, kind, change, fill.price, fill.reference, fill.fee, charges, fill.spread, fill.slippage, decided
            )
        )  # fmt: skip
    return np.array(rows, dtype=float).reshape(-1, 11)


def trace_of(account: Account, fused: Fused, decided: Sequence[Decided]) -> pd.DataFrame:
    """See `WholeCycle.trace`."""
    asked = account.asked
    verdict = np.where(fused.failed, Verdict.FAILED.value, Verdict.NO_TRADE.value).astype(object)
    refused = np.full(len(verdict), "", dtype=object)
    for one in decided:
        verdict[one.row - asked.first] = one.decision.verdict.value
        names = [check.name for check in one.decision.checks if not check.passed]
        refused[one.row - asked.first] = ", ".join(names)
    columns = as_columns(fused) | {"verdict": verdict, "refused": refused, "held": account.held}
    return pd.DataFrame(columns, index=asked.bars.index[asked.first : asked.stop])


def llm_words(
    model: LanguageModel | None, moods: Moods, bars: int, backtest: Backtest, remembered: Backtest | None
) -> Problem:
    """What part a language model had in the run."""
    if model is None or not moods.scored:
        who = "No language model is configured" if model is None else "No scores of texts are recorded"
        return Problem("llm", f"{who} for these dates.", "The LLM abstained.")
    if remembered is None:
        return Problem(
            "llm", f"{moods.scored} texts have a recorded score of {model.name}.",
            "It counts; forecasts and validations of a language model are not part of a backtest.",
        )  # fmt: skip
    apart = f"{remembered.metrics.total_return:+.2%} with Sharpe {remembered.metrics.sharpe:.2f}"
    own = f"{backtest.metrics.total_return:+.2%} with Sharpe {backtest.metrics.sharpe:.2f}"
    return Problem(
        "llm",
        f"Contaminated: at {moods.contaminated:,} of {bars:,} bars {model.name} may remember what followed.",
        f"The lexicon's scores stand in for its own there. With its own the return would have been {apart} "
        f"instead of {own}: a test of memory that counts in no headline.",
    )


def _halted(decided: Sequence[Decided]) -> tuple[Problem, ...]:
    stopped = [one for one in decided if one.decision.state is SystemState.HALTED]
    if not stopped:
        return ()
    what = (
        f"The drawdown breaker halted the book before {stopped[0].as_of:%Y-%m-%d %H:%M} UTC and denied "
        f"{len(stopped):,} {'opening' if len(stopped) == 1 else 'openings'} from then on."
    )
    return (Problem("risk", what, "Nobody resets it in a backtest; what follows is the book at rest."),)


def told(account: Account, fused: Fused, decided: Sequence[Decided] = ()) -> tuple[Problem, ...]:
    """What the reader should know of the run: what failed, and whether a breaker ended its trading."""
    problems: list[Problem] = list(_halted(decided))
    failed = int(fused.failed.sum())
    if failed:
        what = f"At {failed:,} of {len(fused.failed):,} bars the history was too short for a cycle."
        problems.append(
            Problem("features", what, "Nothing was decided there; begin with an earlier history.")
        )
    alike = Counter((problem.where, problem.instead) for problem in account.problems)
    for problem in account.problems:
        count = alike.pop((problem.where, problem.instead), 0)
        if count == 1:
            problems.append(problem)
        elif count:
            problems.append(
                Problem(problem.where, f"{problem.what} The like happened {count:,} times.", problem.instead)
            )
    return tuple(problems)
