"""Jobs that train models and agents, and question them."""

from core.instruments import resolve
from core.jobs import JobContext
from core.moments import moment
from core.pipeline import Workbench
from core.records import ModelStatus, Timeframe


def train_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), status (champion or challenger): train every horizon."""
    from core.pipeline.training import train_now  # brings the libraries of the models

    asked = context.arguments
    instrument = resolve(asked["symbol"])
    train_now(
        bench, instrument, Timeframe(asked["timeframe"]), asked["source"], moment(asked.get("as_of", "")),
        context.progress, ModelStatus(asked.get("status", ModelStatus.CHAMPION.value)),
    )  # fmt: skip
    return instrument.symbol


def drift_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), measure (of contests): check champions and contests."""
    from core.pipeline.model_checks import check_models

    asked = context.arguments
    instrument = resolve(asked["symbol"])
    check_models(
        bench, instrument, Timeframe(asked["timeframe"]), asked["source"], moment(asked.get("as_of", "")),
        asked.get("measure", "log_loss"), context.progress,
    )  # fmt: skip
    return instrument.symbol


def tune_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.tuning.read_tuning_request. The run takes the job's id."""
    from core.pipeline.tuning import read_tuning_request, tune_models  # brings optuna

    request = read_tuning_request(context.arguments, bench.settings.predict)
    return tune_models(bench, context.id, request, context.progress, context.check)


def improve_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.improving.asked.read_asked. Runs begin with the job's id."""
    from core.pipeline.improving import improve, read_asked  # brings optuna

    asked = read_asked(bench, context.arguments)
    context.progress(1.0, improve(bench, context.id, asked, context.progress, context.check))
    return context.id


def nulltest_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.validation_request.read_validation_request; and seeds. The run takes the job's id."""
    from core.pipeline.null_tests import null_tests
    from core.pipeline.validation_request import read_validation_request

    request = read_validation_request(context.arguments, bench.settings.predict)
    seeds = int(context.arguments.get("seeds", "20"))
    return null_tests(bench, context.id, request, seeds, context.progress).id


def paths_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.validation_request.read_validation_request. The run takes the job's id."""
    from core.pipeline.path_validation import cross_validate
    from core.pipeline.validation_request import read_validation_request

    request = read_validation_request(context.arguments, bench.settings.predict)
    return cross_validate(bench, context.id, request, context.progress).id


def agent_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.agent_request.read_agent_request; or resume: id of a run to go on with.

    The training takes the job's id.
    """
    from core.pipeline.agent_request import read_agent_request, resumed_request
    from core.pipeline.agent_training import train_agent  # brings numba and the trees

    asked = context.arguments
    request = (
        resumed_request(bench, asked["resume"])
        if asked.get("resume")
        else read_agent_request(asked, bench.settings.agent)
    )
    return train_agent(bench, context.id, request, context.progress, context.check)
