"""Who is told what, and how often."""

from pydantic import Field

from core.records import Severity
from core.settings.section import Section


class AlertSettings(Section):
    """What is sent to the addresses of `keys.alerts`; the inbox keeps everything."""

    least: Severity = Field(
        Severity.WARNING, description="Least severity that is sent: info, warning or critical."
    )
    per_hour: int = Field(
        20,
        ge=1,
        le=1000,
        description="Messages sent in an hour at most; the rest waits in the inbox, and one message says so.",
    )
    look_seconds: float = Field(
        30.0, ge=1, le=3600, description="Time between two looks for news, in seconds."
    )
    jump: float = Field(
        0.05,
        gt=0,
        le=1,
        description="Change of equity between two marks that counts as an anomaly, as a fraction.",
    )
    slippage: float = Field(
        3.0,
        ge=1,
        le=1000,
        description="Times the spread and slippage of the cost model from which a fill counts as an anomaly.",
    )
