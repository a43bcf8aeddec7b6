"""`news`: fetch headlines, posts, ratings and mood of an asset, or search what is stored."""

import argparse

from core.commands.command import Answer, Command, runtime
from core.commands.cycle import finish
from core.instruments import resolve
from core.store.news import Wanted, find_headlines


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("symbol", help="BTC-USD, BTC, AAPL …")
    parser.add_argument(
        "--search",
        default="",
        help="only list stored items that hold these words, e.g. 'etf \"spot bitcoin\" -rumour'",
    )
    parser.add_argument("--limit", type=int, default=20, help="items to list (default 20)")


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol
    with runtime() as opened:
        words = ""
        if not options.search:
            job = finish(opened, opened.jobs.submit("news", {"symbol": symbol}))
            words = job.log[-1] if job.log else job.message
        wanted = Wanted(symbol=symbol, text=options.search, sample=False, first_of_story=True)
        found = find_headlines(opened.store, wanted, max(1, options.limit))
    lines = [f"{item.published_at:%Y-%m-%d %H:%M}  {item.title}  ({item.source})" for item in found]
    items = [
        {"published_at": item.published_at, "title": item.title, "source": item.source, "kind": item.kind.value,
         "url": item.url, "symbols": item.symbols, "dated": item.dated}
        for item in found
    ]  # fmt: skip
    text = "\n".join([*([words] if words else []), *lines]) or f"No stored item about {symbol} fits."
    return Answer(text, {"symbol": symbol, "message": words, "items": items})


NEWS = Command("news", "Fetch news and mood of an asset, or search what is stored.", _add, _run)
