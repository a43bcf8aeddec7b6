"""Benchmarks against the peers: runs the workloads, prints their JSON lines and one table each with ratios.

python bench/run.py                      every workload, every contestant that can be imported
python bench/run.py w1 --only glassbox,numba_ref --repeats 15
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import DEFAULT, ROOT, peers_folder

OURS = "glassbox"


@dataclass(frozen=True)
class Workload:
    """One of the peers' benchmark files that ours joins."""

    title: str
    size: str
    """In words; {n} is the number of bars."""
    bars: int | None
    """Default of --n; None where the file has sizes of its own."""
    reference: str = "numba_ref"
    """The bound that others are measured by: throw-away kernels, or the library that sets the pace."""


WORKLOADS = {
    "w1": Workload("One backtest: SMA cross, stop and target, equity and trades out", "{n} bars", 500_000),
    "w2": Workload("Sweep: 1,000 combinations of an SMA cross with stop", "{n} bars each", 20_000),
    "w3": Workload("Technical features", "{n} bars", 500_000, "talib"),
    "w4": Workload("Monte Carlo: bands, drawdowns, ruin", "10,000 paths × 252", None),
    "w5": Workload("Exact SHAP values: XGBoost, 50 features, 300 trees, depth 6", "10,000 rows", None),
    "w6": Workload("Latency of one row, and of a whole signal", "300 calls", None),
    "w8": Workload("Risk metrics", "10,000 equity curves × 1,000 points", None),
}


def main() -> int:
    """Run what was asked for; 1 when a workload gave nothing of ours, 2 when the peers' files are not there."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument(
        "workloads", nargs="*", default=list(WORKLOADS), help=f"of {', '.join(WORKLOADS)}; default all"
    )
    p.add_argument(
        "--peers",
        type=Path,
        default=Path(os.environ.get("GLASSBOX_PEERS", DEFAULT)),
        help="folder of the peers' files",
    )
    p.add_argument(
        "--python", action="append", default=[], help="further interpreters to look for contestants in"
    )
    p.add_argument("--only", default="", help="comma-separated contestants")
    p.add_argument("--repeats", type=int, default=7)
    p.add_argument("--n", type=int, help="bars; default: what the workload is defined with")
    p.add_argument("--out", type=Path, help="append the JSON lines to this file")
    args = p.parse_args()
    if unknown := [name for name in args.workloads if name not in WORKLOADS]:
        p.error(f"no workload {unknown[0]!r}: choose of {', '.join(WORKLOADS)}")
    os.environ["GLASSBOX_PEERS"] = str(args.peers.resolve())
    peers_folder()
    return max(_run(name, args) for name in args.workloads)


def _run(name: str, args: argparse.Namespace) -> int:
    command = [sys.executable, str(ROOT / "bench" / f"{name}.py"), "--repeats", str(args.repeats)]
    bars = args.n or WORKLOADS[name].bars
    command += ["--n", str(bars)] if WORKLOADS[name].bars else []
    command += [part for exe in args.python for part in ("--python", exe)]
    command += ["--only", args.only] if args.only else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    print(*lines, sep="\n")
    if args.out:
        with args.out.open("a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
    rows = [json.loads(line) for line in lines]
    _table(WORKLOADS[name], bars, [row for row in rows if "wall" in row])
    for row in rows:
        if "skipped" in row:
            print(f"skipped {row['contestant']}: {row['skipped']}")
    return 0 if any(row.get("contestant") == OURS for row in rows if "wall" in row) else 1


def _table(workload: Workload, bars: int | None, rows: list[dict[str, Any]]) -> None:
    """Medians (quartiles), and how many times ours and the reference's each takes; per feature where those differ."""
    if not rows:
        return
    rows = sorted(rows, key=_each)
    of = {row["contestant"]: _each(row) for row in rows}
    features = all("features" in row["result"] for row in rows)
    print(f"\n{workload.title}, {workload.size.format(n=f'{bars:,}' if bars else '')}\n")
    calls = all("p50_ms" in row["result"] for row in rows)
    head = ["contestant", "wall ms (quartiles)", "CPU ms", "first call s"]
    head += ["p50 ms of a call", "p99 ms"] if calls else []
    head += ["ms per feature"] if features else []
    head += ["× ours", f"× {workload.reference}"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        wall = {key: value * 1e3 for key, value in row["wall"].items()}
        cells = [
            row["contestant"] + ("*" if row["scaled_by"] != 1 else ""),
            f"{wall['median']:.1f} ({wall['q1']:.1f}–{wall['q3']:.1f})",
            f"{row['cpu']['median'] * 1e3:.1f}",
            f"{row['first_s']:.2f}",
        ]
        cells += [f"{row['result'][key]:.3f}" for key in ("p50_ms", "p99_ms")] if calls else []
        cells += [f"{_each(row) * 1e3:.2f}"] if features else []
        cells += [
            f"{_each(row) / of[base]:.2f}" if base in of else "–" for base in (OURS, workload.reference)
        ]
        print("| " + " | ".join(cells) + " |")
    if any(row["scaled_by"] != 1 for row in rows):
        print("\n\\* time scaled up from a smaller input")


def _each(row: dict[str, Any]) -> float:
    """Median wall seconds; for one feature where a contestant builds several."""
    return float(row["wall"]["median"]) / int(row["result"].get("features", 1))


if __name__ == "__main__":
    raise SystemExit(main())
