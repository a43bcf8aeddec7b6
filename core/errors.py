"""Everything that Glassbox raises on purpose.

GlassboxError
├── InputError              the user asked for something that cannot be (CLI exit code 2)
│   ├── UnknownSymbol
│   ├── BadFile             a file that cannot be imported
│   └── SettingsError       a setting that is missing, malformed or out of bounds
├── SourceError             one source could not serve one request
│   ├── RateLimited
│   ├── NotFound
│   ├── Unreachable
│   ├── BadData
│   ├── NeedsKey
│   └── Unsupported         the source does not serve this symbol or timeframe
├── LlmError                a language model could not answer
│   ├── LlmUnreachable      network, time-out, server error, or resting after failures
│   ├── LlmRateLimited      it asks us to slow down, also after retries
│   ├── LlmMisconfigured    key refused, model or address unknown
│   ├── LlmDeclined         the model refused
│   ├── LlmTruncated        the answer was cut at its token limit
│   └── LlmMalformed        not the schema, also after one repair
├── DataUnavailable         every source failed
├── NotEnoughHistory        too few bars for what was asked
├── UntrustedModel          a model file that this installation did not write
├── NotCovered              a model of a kind that this part of the program does not read
├── BookClock               a book was asked to live backwards
├── StoreError              the database file
│   ├── StoreLocked
│   ├── StoreCorrupt
│   ├── StoreKey            its key is missing, wrong or not wanted
│   └── StoreFull
├── JobCancelled
└── UnknownId               no cycle, job or book of that id

A message is one or two sentences: what happened, where, and what to do.
"""

from typing import Any


class GlassboxError(Exception):
    """Base of all errors raised on purpose; its text is fit for a user's eyes."""


class InputError(GlassboxError):
    """The user asked for something that cannot be."""


class UnknownSymbol(InputError):
    """A symbol that cannot be read or is not known."""


class BadFile(InputError):
    """A file that cannot be imported."""


class SettingsError(InputError):
    """A setting that is missing, malformed or out of bounds."""


class SourceError(GlassboxError):
    """One source could not serve one request."""


class RateLimited(SourceError):
    """The source asks us to slow down."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFound(SourceError):
    """The source does not know the symbol, or has no bars in the range."""


class Unreachable(SourceError):
    """No answer: network closed, time-out, server error."""


class BadData(SourceError):
    """The source answered with something that is not market data."""

    def __init__(self, message: str, rejected: tuple[Any, ...] = ()) -> None:
        """`rejected`: the bars (core.records.Rejected) for which the whole answer was refused."""
        super().__init__(message)
        self.rejected = rejected


class NeedsKey(SourceError):
    """The source wants a key that is not set, or refuses the one that is."""


class Unsupported(SourceError):
    """The source does not serve this symbol or timeframe."""


class DataUnavailable(GlassboxError):
    """Every source failed; names each with its reason."""

    def __init__(
        self,
        symbol: str,
        timeframe: str,
        reasons: dict[str, str],
        rejected: tuple[tuple[str, tuple[Any, ...]], ...] = (),
        hint: str = "",
    ) -> None:
        """`rejected`: bars that were refused, by source; `hint`: a sentence on what may have been meant."""
        self.reasons = dict(reasons)
        self.rejected = rejected
        listed = (
            "; ".join(f"{name}: {why.rstrip('.')}" for name, why in reasons.items())
            or "no source supports it"
        )
        super().__init__(
            f"No source has {timeframe} bars of {symbol} ({listed}). "
            f"{hint or 'Check the symbol and the network'}, import a file, or choose the sample."
        )


class NotEnoughHistory(GlassboxError):
    """Too few bars for what was asked."""


class UntrustedModel(GlassboxError):
    """A model file that this installation did not write, or that was changed since."""


class NotCovered(GlassboxError):
    """A model, or a part of one, of a kind that is not read here; another way to the number may exist."""


class BookClock(GlassboxError):
    """A book was asked to live backwards."""


class StoreError(GlassboxError):
    """The database file cannot be used."""


class StoreLocked(StoreError):
    """Another process holds the database file."""


class StoreCorrupt(StoreError):
    """The database file cannot be read."""


class StoreKey(StoreError):
    """The key of the database is missing, wrong or not wanted, or its cipher is not installed."""


class StoreFull(StoreError):
    """The disk is full or not writable."""


class JobCancelled(GlassboxError):
    """A job was asked to stop."""


class UnknownId(GlassboxError):
    """No cycle, job or book of that id."""


class LlmError(GlassboxError):
    """A language model could not answer."""

    answers: tuple[Any, ...] = ()
    """What it said before it failed (core.llm.message.Answer): that was paid for."""
    attempts: int = 0
    """Requests on the wire that brought no answer."""


class LlmUnreachable(LlmError):
    """Network closed, time-out, server error, or an endpoint that rests after failures."""


class LlmRateLimited(LlmError):
    """The endpoint asks us to slow down, also after retries."""


class LlmMisconfigured(LlmError):
    """The key is refused, or the model or the address is not known."""


class LlmDeclined(LlmError):
    """The model refused to answer."""


class LlmTruncated(LlmError):
    """The answer was cut at its token limit."""


class LlmMalformed(LlmError):
    """The answer does not fit the schema, also after one repair."""
