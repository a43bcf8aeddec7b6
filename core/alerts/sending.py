"""Messages to Telegram, e-mail, Slack and whatever else Apprise knows, by the addresses of `keys.alerts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import SettingsError
from core.records import Severity


class Sends(Protocol):
    """Whoever delivers messages."""

    def send(self, severity: Severity, title: str, words: str) -> bool:
        """Deliver a message to whom it concerns; False when somebody could not be reached."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages of a severity and above go."""

    url: str
    """Apprise's, with its secrets in it: never shown, logged or stored."""
    least: Severity


def addresses_of(text: str) -> tuple[Address, ...]:
    """Addresses separated by blanks or lines, each with an optional least severity before it: `critical=tgram://…`.

    Raises:
        SettingsError: one that Apprise does not understand, named by its number alone.
    """
    found = []
    for number, word in enumerate(text.split(), 1):
        head, _, rest = word.partition("=")
        named = head in tuple(Severity)
        url = rest if named else word
        if not _understood(url):
            raise SettingsError(
                f"Address {number} of keys.alerts is none that Apprise understands: see https://github.com/caronc/apprise/wiki."
            )
        found.append(Address(url, Severity(head) if named else Severity.INFO))
    return tuple(found)


class AppriseSender:
    """Sends by Apprise, which is loaded with the first message."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = tuple(addresses)

    def send(self, severity: Severity, title: str, words: str) -> bool:
        """See `Sends`; nobody concerned counts as delivered."""
        import apprise

        post = apprise.Apprise()
        for address in self._addresses:
            if severity.rank >= address.least.rank:
                post.add(address.url)
        if not len(post):
            return True
        kinds = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}
        return bool(post.notify(body=words, title=title, notify_type=kinds[severity]))


def _understood(url: str) -> bool:
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None
