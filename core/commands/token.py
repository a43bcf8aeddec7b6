"""`token`: who may use the REST interface."""

import argparse
from datetime import UTC, datetime, timedelta

from core.commands.command import Answer, Command, Through, asked_by, runtime
from core.records import Deed, Role, Token
from core.store.audit import save_deed
from core.store.tokens import new_secret, read_tokens, revoke_token, save_token


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    does = parser.add_subparsers(dest="does", required=True, metavar="create|list|revoke")
    create = does.add_parser("create", help="make a token; its secret is shown once")
    create.add_argument("name")
    create.add_argument("--role", choices=[role.value for role in Role], required=True)
    create.add_argument(
        "--days", type=int, default=365, help="days until it expires (default: 365; 0: never)"
    )
    does.add_parser("list", help="list the tokens, without their secrets")
    revoke = does.add_parser("revoke", help="make a token useless from now on")
    revoke.add_argument("name")
    for sub in does.choices.values():
        sub.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
        )


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        now = datetime.now(UTC)
        if options.does == "create":
            secret = new_secret()
            until = now + timedelta(days=options.days) if options.days > 0 else None
            token = Token(options.name, Role(options.role), now, until)
            deed = Deed(*asked_by(), "token create", token.name, "", token.role.value)
            opened.store.write(save_token(token, secret), save_deed(deed, now))
            words = f"Token {token.name} ({token.role}), shown this once:\n{secret}"
            return Answer(words, {**_as_data(token), "token": secret})
        if options.does == "revoke":
            deed = Deed(*asked_by(), "token revoke", options.name)
            opened.store.write(revoke_token(options.name, now), save_deed(deed, now))
            return Answer(f"Token {options.name} opens nothing any more.", {"name": options.name})
        tokens = read_tokens(opened.store)
    lines = [f"{token.name}  {token.role}  {_state(token, now)}" for token in tokens]
    empty = "There is no token: the REST interface answers on this computer only."
    return Answer("\n".join(lines) or empty, {"tokens": [_as_data(token) for token in tokens]})


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if not token.valid_at(now):
        return f"expired {token.expires_at:%Y-%m-%d}"
    return f"valid until {token.expires_at:%Y-%m-%d}" if token.expires_at else "valid"


def _as_data(token: Token) -> dict[str, object]:
    moments = {"created_at": token.created_at, "expires_at": token.expires_at, "revoked_at": token.revoked_at}
    return {
        "name": token.name, "role": token.role.value,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }  # fmt: skip


TOKEN = Command(
    "token", "Make, list and revoke tokens of the REST interface.", _add_arguments, _run, Through.HERE
)
