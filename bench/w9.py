"""W9: sentiment of 8 assets × 12 headlines by a language model, one by one without a cache, and our way, cold and warm.

python bench/w9.py                          a modelled hosted endpoint on the loopback, waits cut to a fifth
python bench/w9.py --hurry 1                the same in full length
python bench/w9.py --gguf model.gguf        a real model on this machine, once

Every contestant sends the same instructions, examples and schema. `one by one` is the bare client, once in turn and
once with four requests at a time; `ours` is the product's way: batches, cache in the store, ledger, budget.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hosted import FIRST_TOKEN, READS, TEMPLATES, WRITES, hosted  # noqa: E402
from openai import OpenAI  # noqa: E402

from core.llm.asking import language_model  # noqa: E402
from core.llm.batching import messages_of, tokens_out  # noqa: E402
from core.llm.budget import Purse  # noqa: E402
from core.llm.local import close_shared_server, shared_server  # noqa: E402
from core.llm.use import Unit  # noqa: E402
from core.llm.uses.sentiment import SENTIMENT, text_unit  # noqa: E402
from core.runtime import system_clock  # noqa: E402
from core.settings import Settings, load_settings  # noqa: E402
from core.store import Store  # noqa: E402
from core.store.llm import LlmMemory  # noqa: E402

ASSETS = (
    ("BTC-USD", "Bitcoin"), ("ETH-USD", "Ethereum"), ("SOL-USD", "Solana"), ("AAPL", "Apple"), ("MSFT", "Microsoft"),
    ("XOM", "Exxon Mobil"), ("JPM", "JPMorgan"), ("EURUSD", "Euro"),
)  # fmt: skip
PRICE = (0.25, 2.00)
"""US dollars per million tokens in and out, as an example."""
AT_ONCE = 4
WARM = "ours, warm"
COLD = "ours, cold"
IN_TURN = "one by one, in turn"
TOGETHER = f"one by one, {AT_ONCE} at once"


@dataclass(frozen=True)
class Ran:
    """What a contestant took."""

    requests: int
    tokens_in: int
    tokens_out: int
    wall: float
    answered: int
    right: int
    """Answers of the side that the headline's template has, of those that have one."""

    @property
    def money(self) -> float:
        """At the example's prices."""
        return (self.tokens_in * PRICE[0] + self.tokens_out * PRICE[1]) / 1e6


@dataclass(frozen=True)
class Course:
    """Where and what is asked."""

    settings: Settings
    base_url: str
    model: str
    units: tuple[Unit, ...]
    sides: tuple[int, ...]


def headlines(assets: int, items: int) -> tuple[tuple[Unit, ...], tuple[int, ...]]:
    """Dated headlines from templates, and the side of each: 1 good, −1 bad, 0 neither."""
    made = [
        (text_unit(symbol, name, text.format(name=name, day=date(2026, 3, 2) + timedelta(days=number))), side)
        for number, (symbol, name) in enumerate(ASSETS[:assets])
        for text, side in TEMPLATES[:items]
    ]
    return tuple(unit for unit, _ in made), tuple(side for _, side in made)


def one_by_one(course: Course, at_once: int) -> Ran:
    """The bare client: a request a headline, nothing kept."""
    client = OpenAI(api_key="none", base_url=course.base_url, max_retries=0, timeout=600.0)
    schema = {"name": "sentiment", "schema": SENTIMENT.batch.model_json_schema()}

    def ask(unit: Unit) -> tuple[int, int, Any]:
        said = client.chat.completions.create(
            model=course.model,
            messages=[{"role": m.role, "content": m.content} for m in messages_of(SENTIMENT, [unit])],
            response_format={"type": "json_schema", "json_schema": schema},
            max_tokens=tokens_out(SENTIMENT, 1),
            temperature=0,
            seed=1,
        )  # fmt: skip
        assert said.usage is not None
        try:
            read = SENTIMENT.batch.model_validate_json(said.choices[0].message.content or "")
        except ValueError:  # cut or malformed: a bare client asks no second time
            return said.usage.prompt_tokens, said.usage.completion_tokens, None
        return said.usage.prompt_tokens, said.usage.completion_tokens, SENTIMENT.read(read, [unit])[0]

    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        told = list(threads.map(ask, course.units))
    wall = time.perf_counter() - begun
    client.close()
    into, out, said = zip(*told, strict=True)
    return Ran(len(told), sum(into), sum(out), wall, *_score(said, course.sides))


def ours(course: Course, store: Store) -> Ran:
    """The product's way, with whatever the store remembers."""
    model = language_model(course.settings, LlmMemory(store), system_clock)
    assert model is not None
    begun = time.perf_counter()
    asked = model.ask(SENTIMENT, course.units, Purse(course.settings.llm))
    wall = time.perf_counter() - begun
    return Ran(
        sum(call.attempts for call in asked.calls),
        sum(call.tokens_in for call in asked.calls),
        sum(call.tokens_out for call in asked.calls),
        wall,
        *_score(asked.answers, course.sides),
    )


def _score(said: Any, sides: tuple[int, ...]) -> tuple[int, int]:
    """How many were answered, and how many of those with a side have the right one."""
    pairs = [(answer, side) for answer, side in zip(said, sides, strict=True) if answer is not None]
    return len(pairs), sum(answer.score * side > 0 for answer, side in pairs if side)


def race(course: Course, repeats: int, names: tuple[str, ...]) -> dict[str, list[Ran]]:
    """All contestants in turns; the warm one finds what the cold one left."""
    runs: dict[str, list[Ran]] = {name: [] for name in names}
    for number in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "bench.duckdb")
            way: dict[str, Callable[[], Ran]] = {
                IN_TURN: lambda: one_by_one(course, 1),
                TOGETHER: lambda: one_by_one(course, AT_ONCE),
                COLD: lambda store=store: ours(course, store),
                WARM: lambda store=store: ours(course, store),
            }
            for name in names:
                print(f"{number + 1} of {repeats}: {name} …", file=sys.stderr, flush=True)
                runs[name].append(way[name]())
            store.close()
    return runs


def report(title: str, runs: dict[str, list[Ran]], hurry: float) -> None:
    """JSON lines, then a table of medians with the ratios that matter."""
    middle = {
        name: replace(ran[0], wall=hurry * statistics.median(one.wall for one in ran))
        for name, ran in runs.items()
    }
    for name, ran in middle.items():
        walls = [round(hurry * one.wall, 3) for one in runs[name]]
        print(json.dumps({"workload": "w9", "on": title, "contestant": name, "walls": walls, **asdict(ran)}))
    print(f"\n{title}\n")
    print(
        "| way | requests | tokens in | tokens out | seconds | US$, at example prices | answered | right side |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, ran in middle.items():
        print(
            f"| {name} | {ran.requests} | {ran.tokens_in:,} | {ran.tokens_out:,} | {ran.wall:.1f} | {ran.money:.4f} "
            f"| {ran.answered} | {ran.right} |"
        )
    print()
    for base in (IN_TURN, TOGETHER):
        for name in (COLD, WARM):
            if base in middle and name in middle:
                print(f"{name} against {base}: {_less(middle[name], middle[base])}")


def _less(ran: Ran, base: Ran) -> str:
    def by(now: float, before: float) -> str:
        return f"{100 * (1 - now / before):.1f} %" if before else "–"

    return (
        f"{by(ran.requests, base.requests)} fewer requests, {by(ran.wall, base.wall)} less time, "
        f"{by(ran.tokens_in, base.tokens_in)} fewer tokens in, {by(ran.tokens_out, base.tokens_out)} fewer out, "
        f"{by(ran.money, base.money)} less money"
    )


def main() -> None:
    """Run what was asked for."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", type=Path, help="a model file for a real run; default: the modelled endpoint")
    p.add_argument("--repeats", type=int, help="default: 3, of a real model 1")
    p.add_argument(
        "--hurry",
        type=float,
        default=5.0,
        help="the modelled waits are divided by this, the times multiplied",
    )
    p.add_argument("--assets", type=int, default=8, choices=range(1, len(ASSETS) + 1))
    p.add_argument("--items", type=int, default=12, choices=range(1, len(TEMPLATES) + 1))
    args = p.parse_args()  # fmt: skip
    os.environ["GLASSBOX_HOME"] = tempfile.mkdtemp()  # settings of the machine are no part of it
    units, sides = headlines(args.assets, args.items)
    size = f"{args.assets} assets × {args.items} headlines"
    plenty = {"cycle_tokens": 10**9, "day_tokens": 10**9, "timeout_seconds": 600}
    if args.gguf:
        server = shared_server(args.gguf)
        url = server.start()
        settings = load_settings(llm={"preset": "local", "gguf": str(args.gguf), "concurrency": 1, **plenty})
        try:
            names = (IN_TURN, COLD, WARM)  # one model on one processor: four at once gain nothing
            runs = race(Course(settings, url, server.model, units, sides), args.repeats or 1, names)
        finally:
            close_shared_server()
        report(f"{size}, {server.model} on this machine", runs, 1.0)
        return
    with hosted(args.hurry) as url:
        llm = {"preset": "custom", "base_url": url, "model": "modelled", "concurrency": AT_ONCE, **plenty}
        course = Course(load_settings(llm=llm), url, "modelled", units, sides)
        runs = race(course, args.repeats or 3, (IN_TURN, TOGETHER, COLD, WARM))
    title = (
        f"{size}, modelled endpoint: {FIRST_TOKEN} s to the first token, {WRITES:.0f} tokens/s out, {READS:,.0f} in, "
        f"${PRICE[0]} and ${PRICE[1]} per million tokens in and out"
    )
    report(title, runs, args.hurry)


if __name__ == "__main__":
    main()
