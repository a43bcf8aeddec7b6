"""The login page: plain HTML that needs no script and nothing from elsewhere, so it can stand before everything."""

from base64 import b64encode
from html import escape
from pathlib import Path

_LOGO = Path(__file__).resolve().parents[2] / "static"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
"""Content-Security-Policy of the page."""
_STYLE = """
:root { color-scheme: light dark; --back: #FAFAF7; --card: #FFFFFF; --text: #1A2230; --soft: #66707D; --line: #DFE2DC;
  --main: #0F766E; --bad: #B3265E }
@media (prefers-color-scheme: dark) { :root { --back: #0E1420; --card: #182131; --text: #E6EAF0; --soft: #98A3B3;
  --line: #273246; --main: #0E8577; --bad: #FF7FA5 } .light { display: none } }
@media (prefers-color-scheme: light) { .dark { display: none } }
* { box-sizing: border-box } body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--back); color: var(--text); font: 15px/1.5 Inter, 'Segoe UI', Roboto, Arial, sans-serif }
main { width: min(24rem, calc(100vw - 2rem)); padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .8rem } img { height: 2.2rem; margin-bottom: 1.2rem } h1 { font-size: 1.25rem; margin: 0 0 .2rem }
p { margin: 0 0 1.2rem; color: var(--soft) } .bad { color: var(--bad); margin: .8rem 0 0 }
label { display: block; font-weight: 600; margin-bottom: .35rem } input { width: 100%; padding: .6rem .75rem; font: inherit;
  color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .6rem }
input:focus-visible, button:focus-visible { outline: 2px solid var(--main); outline-offset: 1px }
button { width: 100%; margin-top: 1rem; padding: .65rem; font: inherit; font-weight: 600; color: #FFFFFF;
  background: var(--main); border: 0; border-radius: .6rem; cursor: pointer }
"""


def login_page(onward: str, trouble: str = "", password: bool = True) -> str:
    """The page.

    Args:
        onward: path that follows the login.
        trouble: why the last try did not succeed, in one sentence.
        password: whether there is one to ask for.
    """
    words = "These pages are open on the server itself. From elsewhere they ask who you are."
    told = f'<p class="bad" role="alert">{escape(trouble)}</p>' if trouble else ""
    form = f"""<form method="post" action="/login"><input type="hidden" name="next" value="{escape(onward)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus maxlength="200">
<button type="submit">Sign in</button></form>"""
    return _document(f"<h1>Sign in</h1><p>{words}</p>{form if password else ''}{told}")


def onward_page(onward: str) -> str:
    """Goes on by itself: a link from another site arrives without the cookie, the next step has it."""
    return _document("<p>One moment …</p>", f'<meta http-equiv="refresh" content="0;url={escape(onward)}">')


def _document(body: str, head: str = "") -> str:
    logos = "".join(
        f'<img class="{kind}" alt="Glassbox" src="data:image/svg+xml;base64,{_logo(kind)}">'
        for kind in ("light", "dark")
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Glassbox: sign in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{_STYLE}</style></head>
<body><main>{logos}{body}</main></body></html>"""


def _logo(kind: str) -> str:
    return b64encode((_LOGO / f"logo-{kind}.svg").read_bytes()).decode()
