"""What goes in and comes out over REST of commands."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class CommandAsked(BaseModel):
    """A command of the command line."""

    model_config = ConfigDict(extra="forbid")

    words: list[Annotated[str, Field(max_length=4000)]] = Field(
        min_length=1, max_length=300, examples=[["summary"]]
    )
    added: list[Annotated[str, Field(max_length=4000)]] = Field(
        default_factory=list, max_length=20, description="Words that the audit trail does not keep."
    )
    folder: str = Field(
        "/", max_length=4000, description="Of the caller, on this machine: paths start there."
    )
    pid: int | None = Field(None, description="Process that is meant; another one refuses.")


class FileOut(BaseModel):
    """A file for the caller's side to write."""

    path: str
    text: str


class CommandEnd(BaseModel):
    """What a command came to."""

    code: int
    """0 done, 1 failed, 2 not valid."""
    text: str
    data: str
    """One JSON object, as --json prints it."""
    refusal: str
    """Why it was not done; empty when it was."""
    files: list[FileOut]


class CommandOut(BaseModel):
    """How a command goes."""

    id: str
    lines: list[str]
    """Of progress, since the last question."""
    after: int
    """Lines that are known now."""
    end: CommandEnd | None
