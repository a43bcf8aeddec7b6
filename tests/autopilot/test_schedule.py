"""APScheduler itself, with seconds for minutes; and the command, stopped as a service is."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.autopilot.schedule import Schedule
from core.commands.autopilot import span_of
from core.errors import InputError
from core.records import Step
from core.runtime import Runtime
from core.settings import AutopilotSettings, load_settings
from tests import quick

ROOT = Path(__file__).resolve().parents[2]


class Slow:
    """A pilot whose collecting takes longer than its interval."""

    def __init__(self) -> None:
        self.turns: list[Step] = []
        self.at_once = 0
        self.most = 0
        self.lock = threading.Lock()
        self.enough = threading.Event()

    def turn(self, step: Step) -> tuple[str, ...]:
        with self.lock:
            self.turns.append(step)
            if step is Step.COLLECT:
                self.at_once += 1
                self.most = max(self.most, self.at_once)
        if step is Step.COLLECT:
            threading.Event().wait(1.2)
            with self.lock:
                self.at_once -= 1
                if self.turns.count(Step.COLLECT) >= 3:
                    self.enough.set()
        return ()


def quick_steps(**changed: int) -> AutopilotSettings:
    seconds = {f"{name}_seconds": 1 for name in ("collection", "prediction", "signal", "trade")}
    return AutopilotSettings.model_construct(**{**AutopilotSettings().model_dump(), **seconds, **changed})


def test_every_step_has_its_turns_and_a_slow_one_never_piles_up() -> None:
    pilot = Slow()
    schedule = Schedule(pilot, lambda: None)  # type: ignore[arg-type]
    schedule.run(quick_steps())
    assert set(schedule.next_turns()) == {"collect", "predict", "signals", "trade", "nightly"}
    assert pilot.enough.wait(30)
    schedule.close()
    assert pilot.most == 1 and pilot.at_once == 0
    assert set(pilot.turns) == set(Step)
    assert schedule.next_turns() == {}


def test_other_intervals_count_from_now_on() -> None:
    schedule = Schedule(Slow(), lambda: None)  # type: ignore[arg-type]
    schedule.run(AutopilotSettings())
    before = schedule.next_turns()["trade"]
    schedule.run(quick_steps(trade_seconds=7200))
    assert (schedule.next_turns()["trade"] - before).total_seconds() > 3600
    schedule.close()


def test_a_runtime_goes_on_where_the_last_one_ended(home: Path) -> None:
    (home / "settings.toml").write_text(quick.TOML)
    first = Runtime(load_settings())
    first.resume()
    assert set(first.schedule.next_turns()) == {"nightly"} and not first.schedule.turning
    first.switch_on("ann", "page", ("BTC-USD",))
    assert "trade" in first.schedule.next_turns()
    first.close()
    second = Runtime(load_settings())
    second.resume()
    assert "trade" in second.schedule.next_turns()
    second.switch_off("ann", "page")
    assert set(second.schedule.next_turns()) == {"nightly"}, "the back-up comes all the same"
    second.close()


@pytest.mark.slow
def test_the_command_stops_cleanly_when_it_is_asked_to(home: Path) -> None:
    (home / "settings.toml").write_text(quick.TOML)
    running = subprocess.Popen(
        [sys.executable, "-m", "core", "autopilot", "--assets", "BTC-USD,ETH-USD", "--for", "1h", "--json"],
        cwd=ROOT, env={**os.environ, "GLASSBOX_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stderr is not None
    for line in running.stderr:
        if "trades BTC-USD, ETH-USD on paper" in line:
            break
    threading.Event().wait(8)
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=240)
    assert running.returncode == 0, err
    assert "asked to stop" in err
    steps = json.loads(out)["steps"]
    assert {step["step"] for step in steps} >= {"collect", "trade"} and all(step["ok"] for step in steps)
    opened = Runtime(load_settings())
    assert opened.autopilot.state is not None and not opened.autopilot.state.running
    assert [job for job in opened.jobs.recent() if job.state.value == "interrupted"] == []
    opened.close()


def test_spans() -> None:
    assert [span_of(text).total_seconds() for text in ("90s", "30m", "2h", "7d", "1w")] == [
        90,
        1800,
        7200,
        604_800,
        604_800,
    ]
    for text in ("", "2", "h", "-3h", "0s", "2 hours"):
        with pytest.raises(InputError, match="cannot be read"):
            span_of(text)
