"""The book at a glance: trades that rest on memory are reported apart."""

from datetime import timedelta
from pathlib import Path

from core.pipeline import run_cycle
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store.books import contaminated_orders, read_trades
from core.views import overview
from tests import quick
from tests.llm.sentiment_script import judging
from tests.llm.server import Says, fake_llm
from tests.llm.whole_script import answers_all
from tests.pipeline.conftest import NOON


def test_contaminated_trades_count_in_no_headline(home: Path) -> None:
    excited = judging(lambda asset, text: {"score": 1.0})

    def script(request: dict) -> Says:
        texts = request["messages"][-1]["content"].startswith('{"items"')
        return excited(request) if texts else answers_all(request)

    lively = {"signals": {"threshold": 0.05}, "risk": {"stop_loss": 0.01, "take_profit": 0.02}}
    with fake_llm(script) as fake:
        llm = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model"}
        opened = Runtime(load_settings(home=home, **quick.OVERRIDES, **lively, llm=llm))
        for step in range(8):
            request = CycleRequest(
                "BTC-USD", Timeframe.H1, "sample", NOON + timedelta(hours=6 * step), Mode.PAPER
            )
            run_cycle(request, opened.bench, f"c{step}")
        view = overview(opened.bench)
        assert view.book is not None
        tainted = contaminated_orders(opened.store, view.book.id)
        trades = read_trades(opened.store, view.book.id)
        opened.close()
    apart = trades[trades["entry_order_id"].isin(tainted)]
    assert len(apart) > 0
    by_label = {number.label: number.value for number in view.numbers}
    assert by_label["Trades won"].endswith(f"of {len(trades) - len(apart)}")
    assert f"{len(apart)} of {len(trades)} closed trades are contaminated" in view.apart
    assert len(view.trades) == len(trades)
