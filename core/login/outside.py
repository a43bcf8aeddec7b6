"""Who another server says somebody is (OpenID Connect), and whether they may come in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom a provider has signed in."""

    name: str
    """E-mail address, or the provider's name for the person where there is none."""
    subject: str
    verified: bool
    """False only where the provider itself says that it has not seen the address answered."""
    secret: str
    """Different for every login."""


def identity(claims: Mapping[str, Any]) -> Identity:
    """Read the claims of an identity token (OpenID Connect Core 1.0, §2 and §5.1)."""
    subject, mail = str(claims.get("sub", "")), str(claims.get("email") or "")
    verified = bool(mail) and claims.get("email_verified", True) is True
    secret = "\n".join(str(claims.get(name, "")) for name in ("iss", "sub", "iat"))
    return Identity(mail or subject or "somebody", subject, verified, f"oidc\n{secret}")


def admitted(person: Identity, allowed: Collection[str]) -> bool:
    """Whether somebody is on the list: by subject, or by an address that is their own."""
    listed = {one.strip().lower() for one in allowed}
    if "*" in listed:
        return True
    return person.subject.lower() in listed or (person.verified and person.name.lower() in listed)
