"""What every section of the settings is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen; an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
