"""What a search is asked: read from the words of a page or a command, checked, and kept with the run."""

import json
from collections.abc import Mapping
from typing import Any

from core.errors import InputError
from core.evaluate.search import MOST_CELLS, check, coarsened, dimensions, grid_size, narrowed
from core.pipeline.backtest_request import AS_SET, profiles
from core.pipeline.strategies import MAKERS
from core.records import Dimension, SearchMethod, SearchRequest
from core.settings import Settings
from core.signals import STRATEGIES, Strategy
from core.store import dump, load

USUAL_CELLS = 2000
"""Cells of a grid whose ranges nobody has narrowed; its steps are widened until it fits."""
MOST_TRIALS = 20_000


def searchable(name: str) -> Strategy:
    """A strategy that can be made with other parameters.

    Raises:
        InputError: there is no such strategy, it takes no parameters, or it needs what a search does not make.
    """
    if name not in STRATEGIES:
        raise InputError(f"There is no strategy {name!r}: choose one of {', '.join(MAKERS)}.")
    if name not in MAKERS:
        raise InputError(f"The strategy {name} takes no parameters, so there is nothing to search.")
    if STRATEGIES[name].needs:
        raise InputError(
            f"The strategy {name} needs forecasts of models that are trained anew for its bars, which takes minutes: it can "
            "be backtested, but a search has none to give it."
        )
    return STRATEGIES[name]


def usual_space(name: str, settings: Settings) -> tuple[Dimension, ...]:
    """All that can be searched of a strategy; stop and target stand at those of the risk settings."""
    profile = profiles(settings)[AS_SET]
    return dimensions(searchable(name).parameters, profile.stop or 0.0, profile.target or 0.0)


def space_from(name: str, wishes: Mapping[str, str], settings: Settings, grid: bool) -> tuple[Dimension, ...]:
    """The space that was asked for in words (`5:50:5`); the usual one when nothing was.

    Args:
        grid: widen the steps of the usual space until its grid is small.

    Raises:
        InputError: a range that cannot be.
    """
    usual = usual_space(name, settings)
    if wishes:
        return narrowed(usual, wishes, searchable(name).parameters)
    return coarsened(usual, USUAL_CELLS) if grid else usual


def read_search_request(asked: Mapping[str, str], settings: Settings) -> SearchRequest:
    """Read and check the argument `request` of a job (JSON of a SearchRequest).

    Raises:
        InputError: the first thing wrong, in one sentence.
    """
    try:
        request = load(SearchRequest, asked["request"])
    except (KeyError, ValueError) as err:
        raise InputError(f"The search cannot be read ({str(err).splitlines()[0]}).") from err
    strategy = searchable(request.strategy)
    known = [dimension.name for dimension in usual_space(request.strategy, settings)]
    if [dimension.name for dimension in request.space] != known:
        raise InputError(f"The space of {request.strategy} must hold {', '.join(known)}, in this order.")
    check(request.space, strategy.parameters)
    _check_terms(request)
    return request


def request_arguments(request: SearchRequest) -> dict[str, str]:
    """A request as the arguments of a job."""
    return {
        "symbol": request.symbol, "timeframe": request.timeframe, "source": request.source,
        "request": dump(SearchRequest, request),
    }  # fmt: skip


def exhaustive(request: SearchRequest) -> bool:
    """Whether grids are run, in a walk-forward in each window."""
    method = request.inner if request.method is SearchMethod.WALK_FORWARD else request.method
    return method is SearchMethod.GRID


def request_words(arguments: Mapping[str, Any]) -> str:
    """A request as one line for a list."""
    request = json.loads(arguments.get("request", "{}"))
    return f"{request.get('method', 'search')} of {request.get('strategy', '')}".replace("_", "-", 1)


def _check_terms(request: SearchRequest) -> None:
    if not request.objectives or len(set(request.objectives)) != len(request.objectives):
        raise InputError("A search needs at least one objective, each of them once.")
    if exhaustive(request) and grid_size(request.space) > MOST_CELLS:
        raise InputError(
            f"The grid has {grid_size(request.space):,} cells, more than {MOST_CELLS:,}: take wider steps, fix a "
            "parameter, or use tpe."
        )
    if not 1 <= request.trials <= MOST_TRIALS:
        raise InputError(f"{request.trials:,} trials are asked for: give 1 to {MOST_TRIALS:,}.")
    if request.worst_drawdown is not None and not 0 < request.worst_drawdown <= 1:
        raise InputError(
            f"The limit on drawdown is {request.worst_drawdown:g}: give a fraction above 0, at most 1."
        )
    if request.least_trades < 0:
        raise InputError(f"The least number of trades is {request.least_trades}: it cannot be negative.")
    if request.inner is SearchMethod.WALK_FORWARD:
        raise InputError("The windows of a walk-forward are searched by grid or tpe.")
    if request.seed < 0:
        raise InputError(f"The seed is {request.seed}: give 0 or more.")
    if request.start and request.stop and request.start >= request.stop:
        raise InputError(
            f"The dates are swapped: {request.start:%Y-%m-%d} is not before {request.stop:%Y-%m-%d}."
        )
