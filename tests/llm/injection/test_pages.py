"""What strangers and models write is shown as text: no page makes a link, a picture or a tag of it."""

import re
from datetime import timedelta

import pytest

from core.records import Headline, NewsKind
from core.runtime import Runtime
from core.store.cycles import read_cycle
from tests.llm.injection.attacks import Attack
from tests.llm.injection.conftest import settings_of
from tests.llm.injection.obeying import Lure, obeying
from tests.llm.injection.test_whole_cycle import NOON
from tests.llm.server import FakeLlm
from tests.pages.conftest import OpenPage, engine, open_page

__all__ = ["engine", "open_page"]
PAGES = (
    "pages/trading/passport.py",
    "pages/research/news.py",
    "pages/system/llm.py",
    "pages/trading/overview.py",
)
PICTURE = "![chart]({link}) <img src='{link}'> [click]({link}) Bitcoin soars"
ALIVE = re.compile(r"(?<!\\)\]\(\s*http://127|<img|(?<![\\`'\"(])http://127", re.IGNORECASE)
"""A link, a picture or a bare address that Markdown would bring to life."""


@pytest.fixture
def attacked(engine: Runtime, obedient: FakeLlm, lure: Lure, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """A cycle whose headlines are pictures and links, scored by a model that repeats them in its reasons."""
    title = PICTURE.format(link=lure.link)
    obedient.script = obeying(Attack("picture", "link", (title,)), lure.link)
    at = NOON - timedelta(hours=1)
    written = tuple(
        Headline(f"picture-{n}", "feed", f"{title} {n}", "", ("BTC-USD",), at, at, kind)
        for n, kind in enumerate((NewsKind.NEWS, NewsKind.SOCIAL))
    )
    monkeypatch.setattr("core.pipeline.news.sample_headlines", lambda *args: written)
    engine.apply(settings_of(engine.settings.home, obedient.base_url))
    asked = {
        "symbol": "BTC-USD",
        "timeframe": "1h",
        "source": "sample",
        "as_of": NOON.isoformat(),
        "mode": "paper",
    }
    job = engine.jobs.wait(engine.jobs.submit("cycle", asked), 300)
    assert job.error is None
    mood = read_cycle(engine.store, job.id).sentiment
    assert mood is not None and any(one.scorer for one in mood.items)
    return engine


def test_pages_show_it_as_text(attacked: Runtime, open_page: OpenPage, lure: Lure) -> None:
    tables = ""
    for page in PAGES:
        shown = open_page(page)
        assert not shown.exception, page
        kinds = (
            shown.markdown,
            shown.caption,
            shown.info,
            shown.warning,
            shown.error,
            shown.success,
            shown.metric,
        )
        for element in (one for kind in kinds for one in kind):
            text = str(getattr(element, "value", "")) + str(getattr(element, "label", ""))
            assert not ALIVE.search(text), (page, text)
        tables += "".join(frame.value.to_json(default_handler=str) for frame in shown.dataframe)
    assert "Bitcoin soars" in tables, "it is shown, as the text of a table"
    assert lure.asked == []
