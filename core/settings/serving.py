"""The REST interface, and the login of the pages."""

from pydantic import Field

from core.settings.section import Section


class ApiSettings(Section):
    """How much one caller may ask, and how long one waits who shows wrong tokens."""

    per_token: int = Field(6000, ge=1, le=1_000_000, description="Requests a minute of one token.")
    per_address: int = Field(12_000, ge=1, le=1_000_000, description="Requests a minute of one address.")
    failures: int = Field(
        5,
        ge=1,
        le=1000,
        description="Wrong tokens from one address before it has to wait, twice as long each time.",
    )


class LoginSettings(Section):
    """Who may open the pages where they are not bound to this machine alone."""

    password: str = Field(
        "",
        max_length=300,
        exclude=True,
        repr=False,
        description="Hash of the password, as `python -m core password` writes it; empty: none.",
    )
    failures: int = Field(
        5, ge=1, le=1000, description="Wrong passwords from one address before it has to wait."
    )
    hours: float = Field(
        12.0,
        gt=0,
        le=8760,
        description="Hours after which one has to sign in again; a new password ends every login at once.",
    )
    allowed: tuple[str, ...] = Field(
        (),
        description="Who may come in where OpenID Connect signs in: e-mail addresses or subjects; * lets in everybody whom the provider knows.",
    )
