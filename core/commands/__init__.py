"""Commands of the CLI, a file each; to add one, write its file and list it here."""

from core.commands.agent import AGENT
from core.commands.autopilot import AUTOPILOT
from core.commands.backtest import BACKTEST
from core.commands.backup import BACKUP, ENCRYPT, RESTORE
from core.commands.command import Answer, Command
from core.commands.cycle import CYCLE
from core.commands.doctor import DOCTOR
from core.commands.fetch import FETCH
from core.commands.find import FIND
from core.commands.funnel import FUNNEL
from core.commands.import_file import IMPORT
from core.commands.improve import IMPROVE
from core.commands.jobs import JOBS
from core.commands.llm import LLM
from core.commands.models import MODELS
from core.commands.montecarlo import MONTECARLO
from core.commands.news import NEWS
from core.commands.optimise import OPTIMISE
from core.commands.passport import PASSPORT
from core.commands.password import PASSWORD
from core.commands.replay import REPLAY
from core.commands.report import REPORT
from core.commands.risk import RISK
from core.commands.score import SCORE
from core.commands.shadows import SHADOWS_COMMAND
from core.commands.signals import SIGNALS
from core.commands.summary import SUMMARY
from core.commands.token import TOKEN
from core.commands.train import TRAIN

COMMANDS: tuple[Command, ...] = (
    CYCLE,
    SIGNALS,
    FETCH,
    NEWS,
    SCORE,
    FIND,
    IMPORT,
    BACKTEST,
    OPTIMISE,
    MONTECARLO,
    TRAIN,
    MODELS,
    IMPROVE,
    LLM,
    PASSPORT,
    SUMMARY,
    REPORT,
    REPLAY,
    FUNNEL,
    SHADOWS_COMMAND,
    AGENT,
    AUTOPILOT,
    JOBS,
    TOKEN,
    PASSWORD,
    BACKUP,
    RESTORE,
    ENCRYPT,
    RISK,
    DOCTOR,
)

__all__ = ["COMMANDS", "Answer", "Command"]
