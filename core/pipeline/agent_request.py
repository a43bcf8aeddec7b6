"""A training of agents as a job's arguments name it."""

from collections.abc import Mapping

from core.errors import InputError, UnknownId
from core.instruments import resolve
from core.moments import moment
from core.pipeline.run import Workbench
from core.records import AgentMethod, AgentRequest, Timeframe
from core.settings import AgentSettings
from core.store.agents import read_agent_run


def read_agent_request(arguments: Mapping[str, str], settings: AgentSettings) -> AgentRequest:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), method (fqi or ppo), seeds, iterations, steps.

    Raises:
        InputError: one of them cannot be read or is out of bounds.
    """
    try:
        method = AgentMethod(arguments.get("method") or AgentMethod.FQI)
    except ValueError:
        raise InputError(
            f"There is no agent {arguments['method']!r}: choose fqi (fitted Q-iteration) or ppo."
        ) from None
    try:
        timeframe = Timeframe(arguments["timeframe"])
    except ValueError:
        raise InputError(
            f"There is no timeframe {arguments['timeframe']!r}: choose of {', '.join(t.value for t in Timeframe)}."
        ) from None
    return AgentRequest(
        symbol=resolve(arguments["symbol"]).symbol,
        timeframe=timeframe.value,
        source=arguments["source"],
        as_of=moment(arguments.get("as_of", "")),
        method=method,
        seeds=_count(arguments, "seeds", settings.seeds, 100),
        iterations=_count(arguments, "iterations", settings.iterations, 500),
        steps=_count(arguments, "steps", settings.steps, 10_000_000),
    )


def resumed_request(bench: Workbench, run_id: str) -> AgentRequest:
    """What an earlier run asked for, at its moment: its study is taken up where it was stopped.

    Raises:
        UnknownId: no such run.
    """
    run = read_agent_run(bench.store, run_id)
    if run is None:
        raise UnknownId(f"There is no training {run_id!r}: see the list on the Agent page.")
    asked = run.request
    return AgentRequest(
        asked.symbol, asked.timeframe, run.data_source, run.as_of, asked.method, asked.seeds, asked.iterations,
        asked.steps,
    )  # fmt: skip


def _count(arguments: Mapping[str, str], name: str, usual: int, most: int) -> int:
    given = arguments.get(name, "")
    if not given:
        return usual
    try:
        number = int(given)
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        raise InputError(f"A training of agents cannot have {given!r} {name}: give 1 to {most:,}.")
    return number
