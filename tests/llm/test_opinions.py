"""Opinions of a language model: asked together, kept, reused while fresh, pooled only when earned."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.pipeline import Workbench, run_cycle
from core.pipeline.kept_opinions import Subject
from core.pipeline.llm_forecasts import pooled, seconded, with_opinions
from core.pipeline.llm_record import label_opinions
from core.pipeline.replaying import replay
from core.records import CycleRequest, KeptOpinion, LlmCall, Mode, SettledOpinion, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store.llm import LlmMemory
from core.store.llm_forecasts import count_opinions, pending_opinions, save_opinions, save_outcomes
from tests import quick
from tests.llm.forecast_bench import NOON, NOW, quiet, run_until_forecasts, says, with_model
from tests.llm.server import Says, fake_llm

CLEAN = {"cutoffs": ("fake = 2019-01-01",)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home: Path = tmp_path_factory.mktemp("opinions")
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES))
    yield opened.bench
    opened.close()


@pytest.fixture(autouse=True)
def clean(bench: Workbench) -> None:
    with bench.store.transaction() as cursor:
        for table in ("llm_opinions", "llm_outcomes", "llm_answers", "llm_calls", "llm_exchanges"):
            cursor.execute(f"DELETE FROM {table}")


def sent(calls: tuple[LlmCall, ...]) -> int:
    return sum(call.attempts for call in calls)


def test_without_a_model_nothing_changes(bench: Workbench) -> None:
    run = run_until_forecasts(bench)
    assert with_opinions(run, bench, run.forecasts, quiet) == (run.forecasts, (), (), ())


def test_several_assets_share_a_request_and_get_all_their_horizons(bench: Workbench) -> None:
    runs = [run_until_forecasts(bench, symbol) for symbol in ("BTC-USD", "ETH-USD")]
    with fake_llm(says(lambda symbol, horizon: 0.5 if symbol == "BTC-USD" else 0.2)) as fake:
        asked = with_model(bench, fake.base_url, **CLEAN)
        subjects = [Subject(replace(run, started_at=NOW), run.forecasts) for run in runs]
        found = seconded(subjects, asked, None, quiet)
    assert len(fake.heard) == 1
    assert sent(found.calls) == 1 and found.problems == ()
    for forecasts, p_up in zip(found.forecasts, (0.5, 0.2), strict=True):
        opinions = [forecast.llm for forecast in forecasts]
        assert [item.horizon for item in opinions if item] == ["short", "medium", "long"]
        assert all(item and item.p_up == pytest.approx(p_up) and not item.contaminated for item in opinions)


def test_the_model_sees_numbers_and_neither_headlines_nor_our_forecast(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(says()) as fake:
        with_opinions(run, with_model(bench, fake.base_url), run.forecasts, quiet)
    shown = json.loads(fake.heard[0]["messages"][-1]["content"])["snapshots"][0]
    assert {item["horizon"] for item in shown["horizons"]} == {"short", "medium", "long"}
    assert "p_up" not in json.dumps(shown) and "2019" not in json.dumps(shown)
    assert all(headline.title not in json.dumps(shown) for headline in run.headlines)


def test_without_a_record_the_probabilities_stay_bit_for_bit(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(says()) as fake:
        forecasts, _, _, writes = with_opinions(
            run, with_model(bench, fake.base_url, **CLEAN), run.forecasts, quiet
        )
    assert [replace(item, llm=None) for item in forecasts] == list(run.forecasts)
    assert all(item.llm is not None and item.llm.weight == 0.0 for item in forecasts)
    bench.store.write(*writes)
    assert count_opinions(bench.store) == (3, 0)
    for kept, forecast in zip(
        sorted(pending_opinions(bench.store), key=lambda k: k.opinion.bars), run.forecasts, strict=True
    ):
        assert kept.model_said == (forecast.p_down, forecast.p_flat, forecast.p_up)
        assert kept.base == (forecast.base_down, forecast.base_flat, forecast.base_up)
        assert (kept.as_of, kept.asked_at, kept.prompt) == (run.as_of, NOW, "forecast-1")


def test_fresh_opinions_are_not_asked_again_and_old_ones_by_horizon(bench: Workbench) -> None:
    first = replace(run_until_forecasts(bench), started_at=NOW)
    later = replace(
        run_until_forecasts(bench, as_of=NOON + timedelta(hours=1)), started_at=NOW + timedelta(hours=1)
    )
    with fake_llm(says()) as fake:
        asked = with_model(bench, fake.base_url, **CLEAN)
        said, _, _, writes = with_opinions(first, asked, first.forecasts, quiet)
        asked.store.write(*writes)
        again, calls, _, writes = with_opinions(first, asked, first.forecasts, quiet)
        assert (again, calls, writes) == (said, (), ())
        hour = with_model(bench, fake.base_url, NOW + timedelta(hours=1), **CLEAN)
        with_opinions(later, hour, later.forecasts, quiet)
    shown = json.loads(fake.heard[1]["messages"][-1]["content"])["snapshots"][0]
    assert [item["horizon"] for item in shown["horizons"]] == ["short"]
    assert len(fake.heard) == 2


def test_samples_are_averaged_and_their_spread_is_told(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    answers = iter((0.3, 0.4, 0.5))
    with fake_llm(lambda asked: says(lambda *_, p=next(answers): p)(asked)) as fake:  # type: ignore[misc]
        asked = with_model(bench, fake.base_url, samples=3, **CLEAN)
        forecasts, calls, _, _ = with_opinions(run, asked, run.forecasts, quiet)
    opinion = forecasts[0].llm
    assert opinion is not None and sent(calls) == 3
    assert opinion.p_up == pytest.approx(0.4) and opinion.stability == pytest.approx(0.8)
    assert opinion.p_down + opinion.p_flat + opinion.p_up == pytest.approx(1.0)
    assert len({request["seed"] for request in fake.heard}) == 3


def test_an_invented_number_voids_the_answer(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(says(reason="The target is 123,456.")) as fake:
        asked = with_model(bench, fake.base_url)
        forecasts, calls, problems, writes = with_opinions(run, asked, run.forecasts, quiet)
    assert forecasts == run.forecasts and writes == ()
    assert problems and sent(calls) >= 1


def test_a_server_that_is_down_leaves_the_forecasts(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(lambda asked: Says("broken", status=503)) as fake:
        asked = with_model(bench, fake.base_url)
        forecasts, _, problems, writes = with_opinions(run, asked, run.forecasts, quiet)
    assert forecasts == run.forecasts and writes == () and len(problems) == 1


def record(bench: Workbench, fake_url: str, count: int, right: bool) -> tuple[SettledOpinion, ...]:
    """Opinions of past hours of the sample whose outcomes are known, all right or all wrong."""
    run = run_until_forecasts(bench)
    forecast = run.forecasts[0]
    width = run.models[0].meta.settings.barrier_width
    asked = with_model(bench, fake_url, **CLEAN)
    shown = replace(run, started_at=NOW)
    said, _, _, _ = with_opinions(shown, asked, run.forecasts[:1], quiet)
    opinion = said[0].llm
    assert opinion is not None
    kept = [
        KeptOpinion(
            f"o{n}", opinion, run.request.timeframe, run.data_source, run.world,
            NOON - timedelta(hours=forecast.bars * (n + 2)), NOW - timedelta(days=1), "forecast-1", 1, width,
            (1 / 3, 1 / 3, 1 / 3), (1 / 3, 1 / 3, 1 / 3), forecast.model_id,
        )
        for n in range(count)
    ]  # fmt: skip
    settled = label_opinions(kept, run.bars, NOON, NOW - timedelta(hours=1))
    assert len(settled) == count
    return tuple(replace(item, kept=knowing(item, right)) for item in settled)


def knowing(item: SettledOpinion, right: bool) -> KeptOpinion:
    """The same opinion, 80 % on what came or 10 %."""
    sure = 0.8 if right else 0.1
    down, flat, up = (sure if n == item.came.outcome else (1 - sure) / 2 for n in range(3))
    return replace(item.kept, opinion=replace(item.kept.opinion, p_down=down, p_flat=flat, p_up=up))


@pytest.mark.parametrize(
    ("right", "contaminated", "pooled_in"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_only_a_good_clean_record_moves_the_forecast(
    bench: Workbench, right: bool, contaminated: bool, pooled_in: bool
) -> None:
    with fake_llm(says(lambda *_: 0.6)) as fake:
        rows = record(bench, fake.base_url, 40, right)
        if contaminated:
            rows = tuple(
                replace(item, kept=replace(item.kept, opinion=replace(item.kept.opinion, contaminated=True)))
                for item in rows
            )
        bench.store.write(save_opinions(item.kept for item in rows), save_outcomes(rows))
        run = replace(run_until_forecasts(bench), started_at=NOW)
        asked = with_model(bench, fake.base_url, **CLEAN)
        forecasts, *_ = with_opinions(run, asked, run.forecasts, quiet)
        before = replace(run, as_of=rows[-1].kept.as_of)
        early, *_ = with_opinions(before, asked, run.forecasts, quiet)
    short = forecasts[0]
    assert short.llm is not None
    assert (short.llm.weight > 0) is pooled_in
    assert (short.p_up != run.forecasts[0].p_up) is pooled_in
    assert [item.p_up for item in forecasts[1:]] == [item.p_up for item in run.forecasts[1:]]
    assert early[0].p_up == run.forecasts[0].p_up, "what came later may not count"


def test_what_may_be_remembered_moves_nothing(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(says()) as fake:
        forecasts, *_ = with_opinions(run, with_model(bench, fake.base_url), run.forecasts, quiet)
    opinion = forecasts[0].llm
    assert opinion is not None and opinion.contaminated
    moved = pooled(run.forecasts[0], opinion, 0.5)
    assert (moved.p_down, moved.p_flat, moved.p_up) == (
        run.forecasts[0].p_down, run.forecasts[0].p_flat, run.forecasts[0].p_up,
    )  # fmt: skip
    assert pooled(run.forecasts[0], replace(opinion, contaminated=False), 0.5).p_up != run.forecasts[0].p_up


def test_a_replay_says_the_same_without_a_call(bench: Workbench) -> None:
    run = replace(run_until_forecasts(bench), started_at=NOW)
    with fake_llm(says(lambda *_: 0.6)) as fake:
        rows = record(bench, fake.base_url, 40, right=True)
        bench.store.write(save_opinions(item.kept for item in rows), save_outcomes(rows))
        asked = with_model(bench, fake.base_url, **CLEAN)
        said, _, _, writes = with_opinions(run, asked, run.forecasts, quiet)
        bench.store.write(*writes)
        heard = len(fake.heard)
        assert asked.llm is not None
        later = replace(
            rows[0],
            kept=replace(rows[0].kept, id="later"),
            came=replace(rows[0].came, labelled_at=NOW + timedelta(days=9)),
        )
        bench.store.write(save_opinions([later.kept]), save_outcomes([later]))
        replayed = replace(asked, llm=asked.llm.replaying(NOW + timedelta(minutes=1)))
        again, calls, problems, writes = with_opinions(run, replayed, run.forecasts, quiet)
        assert again == said and (sent(calls), problems, writes) == (0, (), ())
        with bench.store.transaction() as cursor:
            cursor.execute("DELETE FROM llm_opinions WHERE id NOT LIKE 'o%'")
        from_answers, calls, problems, _ = with_opinions(run, replayed, run.forecasts, quiet)
    assert from_answers == said and (sent(calls), problems) == (0, ())
    assert len(fake.heard) == heard


def test_the_next_run_of_a_series_finds_out_what_came(bench: Workbench) -> None:
    first = replace(run_until_forecasts(bench), started_at=NOW)
    until: datetime = NOON + timedelta(hours=3)
    later = replace(run_until_forecasts(bench, as_of=until), started_at=NOW + timedelta(hours=3))
    with fake_llm(says()) as fake:
        asked = with_model(bench, fake.base_url, **CLEAN)
        bench.store.write(*with_opinions(first, asked, first.forecasts, quiet)[3])
        assert count_opinions(bench.store) == (3, 0)
        bench.store.write(*with_opinions(later, asked, later.forecasts, quiet)[3])
    pending = {(item.opinion.horizon, item.as_of) for item in pending_opinions(bench.store)}
    assert ("short", NOON) not in pending and ("medium", NOON) in pending
    assert count_opinions(bench.store)[1] == 1


@pytest.mark.slow
def test_a_cycle_carries_opinions_and_its_replay_is_the_same(bench: Workbench) -> None:
    with fake_llm(says(lambda *_: 0.6)) as fake:
        asked = with_model(bench, fake.base_url, uses=("forecast",), **CLEAN)
        memory = LlmMemory(bench.store)
        asked = replace(asked, memory=memory)
        rows = record(bench, fake.base_url, 40, right=True)
        bench.store.write(save_opinions(item.kept for item in rows), save_outcomes(rows))
        report = run_cycle(
            CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.PAPER), asked, "opinions-1"
        )
        heard = len(fake.heard)
        again = replay(asked, "opinions-1")
    assert [item.llm.weight > 0 for item in report.forecasts if item.llm] == [True, False, False]
    assert len(fake.heard) == heard
    assert again.calls == 0 and "predict" in {stage.stage for stage in again.stages}
    assert [stage for stage in again.stages if not stage.same] == []
