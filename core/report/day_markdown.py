"""A daily report as Markdown; nothing that others wrote is taken for markup, a link or HTML."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.views.number import Number
    from core.views.report_assets import AssetSection
    from core.views.report_tables import TextTable
    from core.views.reports import BookSection, ReportView

_OWN = frozenset("\\`*_[]<>|~#$")
_FOREIGN = _OWN | frozenset("{}&@")


def day_markdown(view: "ReportView") -> str:
    """Summary, books, sources, and every asset with its numbers and tables. Figures are in the HTML file."""
    parts = [
        f"# {plain(view.title)}",
        foreign(view.words),
        f"*{foreign(view.written)}*",
        _numbers(view.numbers),
    ]
    for book in view.books:
        parts += _book(book)
    parts += ["## Sources", _table(view.sources)]
    for asset in view.assets:
        parts += _asset(asset)
    parts.append("Paper trading; no advice. Limits are those of the settings when this was written.")
    return "\n\n".join(part for part in parts if part) + "\n"


def bare(markdown: str) -> str:
    """That Markdown for a terminal, which takes no sign for markup: without the strokes that guard signs from renderers."""
    return re.sub(r"\\(.)", r"\1", markdown)


def plain(words: str) -> str:
    """Our own words on one line, none of whose signs is taken for markup."""
    return _escaped(words, _OWN)


def foreign(words: str) -> str:
    """Words of others on one line: no markup, no HTML, no formula, no link that a viewer would make of an address."""
    return _escaped(words, _FOREIGN).replace("://", "\\://").replace("www.", "www\\.")


def _escaped(words: str, signs: frozenset[str]) -> str:
    one_line = " ".join(words.split())
    return "".join(f"\\{sign}" if sign in signs else sign for sign in one_line)


def _book(book: "BookSection") -> list[str]:
    return [f"## {plain(book.title)}", plain(book.words), _numbers(book.numbers), _table(book.checks)]


def _asset(asset: "AssetSection") -> list[str]:
    parts = [f"## {plain(asset.title)}", plain(asset.subtitle)]
    parts += [f"> {plain(note)}" for note in asset.notes]
    parts.append(_numbers(asset.numbers))
    if asset.regime:
        parts.append(f"Regime: {plain(asset.regime)}")
    for table in asset.tables:
        parts += [f"### {plain(table.title)}", _table(table)]
    return parts


def _numbers(numbers: "tuple[Number, ...]") -> str:
    lines = [
        f"- **{plain(number.label)}**: {plain(number.value)}" + (f" ({plain(number.delta)})" if number.delta else "")
        for number in numbers
    ]  # fmt: skip
    return "\n".join(lines)


def _table(table: "TextTable") -> str:
    if table.rows.empty:
        return plain(table.empty)
    names = list(table.rows.columns)
    lines = [f"| {' | '.join(plain(name.strip()) for name in names)} |", f"|{' --- |' * len(names)}"]
    for row in table.rows.itertuples(index=False, name=None):
        cells = (
            foreign(cell) if name in table.foreign else plain(cell) for name, cell in zip(names, row, strict=True)
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
