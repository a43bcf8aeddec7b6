"""`doctor`: is everything in place, and what to do when not."""

import argparse
import os
import shutil
from collections.abc import Callable

from core.commands.command import Answer, Command, always, runtime
from core.errors import GlassboxError
from core.settings import Settings, load_settings
from core.views import health


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """`doctor` takes none."""


def _folder(settings: Settings) -> str:
    if not os.access(settings.home, os.W_OK):
        raise GlassboxError(
            f"The folder {settings.home} cannot be written: set GLASSBOX_HOME to one that can."
        )
    return f"{settings.home} is writable, {shutil.disk_usage(settings.home).free / 1e9:.0f} GB free"


def _database(settings: Settings) -> str:
    with runtime() as opened:
        state = health(opened.bench)
    return f"{state.database} opens, {state.size_bytes / 1e6:.1f} MB, {len(state.series)} series, {len(state.models)} models"


def _audit(settings: Settings) -> str:
    from core.store.audit import check_chain

    with runtime() as opened:
        chain = check_chain(opened.store)
    if chain.broken_at is not None:
        raise GlassboxError(f"{chain.words} Compare it with a back-up.")
    return chain.words


def _lexicon(settings: Settings) -> str:
    from core.sentiment import Lexicon

    score = Lexicon().score("Bitcoin surges to an all-time high").score
    return f"sentiment lexicon loads (a glad headline scores {score:+.2f})"


def _sample(settings: Settings) -> str:
    from core.collect import sample_series

    return f"embedded sample is complete: {len(sample_series())} series"


CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("folder", _folder),
    ("database", _database),
    ("audit", _audit),
    ("sample", _sample),
    ("lexicon", _lexicon),
)


def _run(options: argparse.Namespace) -> Answer:
    settings = load_settings()
    results: dict[str, dict[str, str | bool]] = {}
    for name, check in CHECKS:
        try:
            results[name] = {"ok": True, "message": check(settings)}
        except GlassboxError as err:
            results[name] = {"ok": False, "message": str(err)}
    lines = [
        f"{'ok ' if result['ok'] else 'BAD'} {name}: {result['message']}" for name, result in results.items()
    ]
    return Answer("\n".join(lines), results, done=all(bool(result["ok"]) for result in results.values()))


DOCTOR = Command("doctor", "Check that everything is in place.", _no_arguments, _run, reads=always)
