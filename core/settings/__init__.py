"""Every setting with its meaning, unit and bounds; read once, frozen, handed on as an argument.

Strongest first: arguments, environment (`GLASSBOX_RISK__STOP_LOSS=0.03`), `.env`, `settings.toml`
(what the settings page writes), `.streamlit/secrets.toml` (keys), the defaults.
"""

from core.settings.agent import AgentSettings
from core.settings.alerting import AlertSettings
from core.settings.autopilot import AutopilotSettings
from core.settings.computing import Backend, ComputeSettings
from core.settings.gathering import NEWS_SOURCES, BadBars, CollectSettings, Keys, NewsSettings
from core.settings.improving import ImproveSettings
from core.settings.judging import PredictSettings, SentimentSettings, source_weight_of_line
from core.settings.llm import LLM_USES, LlmSettings, Preset, Unvalidated, cutoff_of_line, price_of_line
from core.settings.loading import ROOT, Settings, load_settings, save_settings
from core.settings.serving import ApiSettings, LoginSettings
from core.settings.signals import SignalSettings
from core.settings.sizing import Entry, SizingSettings
from core.settings.trading import CostSettings, RiskSettings

__all__ = [
    "LLM_USES",
    "NEWS_SOURCES",
    "ROOT",
    "AgentSettings",
    "AlertSettings",
    "ApiSettings",
    "AutopilotSettings",
    "Backend",
    "BadBars",
    "CollectSettings",
    "ComputeSettings",
    "CostSettings",
    "Entry",
    "ImproveSettings",
    "Keys",
    "LlmSettings",
    "LoginSettings",
    "NewsSettings",
    "PredictSettings",
    "Preset",
    "RiskSettings",
    "SentimentSettings",
    "Settings",
    "SignalSettings",
    "SizingSettings",
    "Unvalidated",
    "cutoff_of_line",
    "load_settings",
    "price_of_line",
    "save_settings",
    "source_weight_of_line",
]
