"""One HTML file that needs nothing else: plotly inside it, light and dark as the reader's system is, no address fetched."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

import pandas as pd
import plotly.graph_objects as go

from core.charts import FIGURE_CONFIG, Look, Tokens

_LONG = 60
"""Signs from which on a cell of a table breaks its lines."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in both looks."""

    light: go.Figure
    dark: go.Figure


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in rows; a column of numbers stands to the right."""

    rows: pd.DataFrame
    """Texts only."""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Numbers beside each other: label, value, what stands below it (may be empty), meaning."""

    cells: tuple[tuple[str, str, str, str], ...]

    def html(self) -> str:
        """As HTML, every text escaped."""
        cells = "".join(
            f'<div class="number" title="{html.escape(meaning, quote=True)}">{html.escape(label)}'
            f"<b>{html.escape(value)}</b><small>{html.escape(below)}</small></div>"
            for label, value, below, meaning in self.cells
        )
        return f'<div class="numbers">{cells}</div>'


@dataclass(frozen=True, slots=True)
class Heading:
    """A smaller title inside a part of the page."""

    title: str


Part = Figure | Table | Cards | Heading | str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page."""

    title: str
    parts: Sequence[Part]
    """In their order; a text is a paragraph."""


def html_page(title: str, lead: str, blocks: Sequence[Block]) -> str:
    """The whole file.

    Args:
        title: plain text.
        lead: ready HTML that stands first.
        blocks: whose texts are escaped here.
    """
    from plotly.io import to_json
    from plotly.offline import get_plotlyjs

    figures: list[Figure] = []
    body = []
    for block in blocks:
        inside = []
        for part in block.parts:
            if isinstance(part, Figure):
                words = html.escape(str(part.light.layout.meta or ""), quote=True)
                # the height stands here too: plotly fits a figure to its box when the window changes
                inside.append(
                    f'<div class="figure" id="figure{len(figures)}" role="img" aria-label="{words}" '
                    f'style="height:{part.light.layout.height or 400}px"></div>'
                )
                figures.append(part)
            else:
                inside.append(_words(part))
        body.append(f"<section><h2>{html.escape(block.title)}</h2>{''.join(inside)}</section>")
    drawn = ",".join(
        f'{{"light":{_safe(to_json(one.light))},"dark":{_safe(to_json(one.dark))}}}' for one in figures
    )
    config = {key: value for key, value in FIGURE_CONFIG.items() if key != "toImageButtonOptions"}
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_style()}</style></head><body><main>{lead}{''.join(body)}</main>"
        f"<script>{get_plotlyjs()}</script><script>{_script(drawn, _safe(json.dumps(config)))}</script></body></html>"
    )


def _words(part: Table | Cards | Heading | str) -> str:
    if isinstance(part, Cards):
        return part.html()
    if isinstance(part, Heading):
        return f"<h3>{html.escape(part.title)}</h3>"
    return _table(part) if isinstance(part, Table) else f"<p>{html.escape(part)}</p>"


def _safe(text: str) -> str:
    """JSON that may stand inside a script element."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _script(figures: str, config: str) -> str:
    return (
        f"const figures=[{figures}],config={config},dark=matchMedia('(prefers-color-scheme: dark)');"
        "function draw(){figures.forEach((one,i)=>{const f=one[dark.matches?'dark':'light'];"
        "Plotly.react('figure'+i,f.data,f.layout,config)})}"
        "dark.addEventListener('change',draw);draw();"
    )


def _table(table: Table) -> str:
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in table.rows.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(str(cell)) for cell in row)}</tr>"
        for row in table.rows.itertuples(index=False, name=None)
    )
    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    return f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(text: str) -> str:
    """A long text takes several lines, yet never a narrow column."""
    long = ' class="long"' if len(text) > _LONG else ""
    return f"<td{long}>{html.escape(text)}</td>"


def _style() -> str:
    return f":root{{{_colours(Look.LIGHT.tokens)}}}@media(prefers-color-scheme:dark){{:root{{{_colours(Look.DARK.tokens)}}}}}{_CSS}"


def _colours(tokens: Tokens) -> str:
    names = [field.name for field in fields(tokens) if field.name != "series"]
    return "".join(f"--{name}:{getattr(tokens, name)};" for name in names)


_CSS = """
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:var(--background);color:var(--text);
 font:15px/1.5 Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 10px}
p{margin:6px 0}.quiet{color:var(--muted)}
.box{border-left:5px solid var(--flat);background:var(--surface);padding:12px 16px;margin:14px 0;border-radius:6px}
.box h3{margin:0 0 6px;font-size:17px}.box ul{margin:6px 0 0;padding-left:20px}
.good{border-color:var(--accent)}.bad{border-color:var(--failure)}.care{border-color:var(--warning)}
.numbers{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:12px;margin:16px 0}
.number{background:var(--surface);border-radius:8px;padding:10px 14px}
.number b{display:block;font-size:23px;font-weight:600}.number small{color:var(--muted);display:block}
.scroll{overflow:auto;max-height:520px;margin:10px 0}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding:4px 0}
th{position:sticky;top:0;background:var(--surface);text-align:left;font-weight:600}
th,td{padding:5px 10px;border-bottom:1px solid var(--surface);white-space:nowrap}
td:last-child{white-space:normal}td.long{white-space:normal;min-width:17em}
.figure{margin:8px 0;min-height:80px}
section>h3{font-size:15px;margin:20px 0 4px}
@media print{main{max-width:none;padding:0}.scroll{max-height:none;overflow:visible}th{position:static}
 td{white-space:normal}.figure,.number,tr{break-inside:avoid}section{break-before:auto}h2,h3{break-after:avoid}}
"""
