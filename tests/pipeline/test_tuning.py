"""Tuning as a job: counted, resumable, cancellable, and used only when told to."""

import pytest

from core.errors import InputError, JobCancelled, NotEnoughHistory
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.tuned_parameters import set_on_purpose, tuned_settings, use_settings, use_tuned
from core.pipeline.tuning import read_tuning_request, tune_models
from core.predict.tuning import given, member_sets
from core.records import Timeframe, TuningRun, TuningTrial
from core.settings import PredictSettings
from core.store.trials import recent_trials, tally
from core.store.tuning import read_tuning, tuning_trials
from core.views.tuning import live_tuning, tuning_view

ASKED = {
    "symbol": "btc",
    "timeframe": "1h",
    "source": "sample",
    "as_of": "2019-06-01T12:00Z",
    "horizon": "short",
}


def tuned(bench: Workbench, run_id: str, trials: int, stop_after: int | None = None) -> TuningRun | None:
    """Run a tuning job; stopped like a cancelled one after so many trials."""
    request = read_tuning_request(ASKED | {"trials": str(trials)}, bench.settings.predict)

    def check() -> None:
        run = read_tuning(bench.store, run_id)
        if (
            run is not None
            and stop_after is not None
            and len(tuning_trials(bench.store, run.study)) >= stop_after
        ):
            raise JobCancelled("stop")

    try:
        tune_models(bench, run_id, request, lambda share, words: None, check)
    except JobCancelled:
        assert stop_after is not None
    return read_tuning(bench.store, run_id)


def asked(trials: tuple[TuningTrial, ...]) -> list[object]:
    return [(trial.parameters, trial.loss, trial.folds, trial.pruned) for trial in trials]


def test_a_stopped_run_goes_on_and_every_trial_is_counted_once(bench: Workbench) -> None:
    first = tuned(bench, "one", 6, stop_after=3)
    assert first is not None and not first.finished
    halfway = live_tuning(bench, "one")
    assert halfway is not None and len(halfway) == 3
    second = tuned(bench, "two", 6)
    assert second is not None and second.finished and second.study == first.study
    trials = tuning_trials(bench.store, second.study)
    assert second.trials == 6 and asked(trials[:3]) == asked(halfway)
    assert trials[0].parameters == given(bench.settings.predict)
    counted = recent_trials(bench.store, "BTC-USD", "1h")
    assert (
        len(counted) == 6 and set(counted["kind"]) == {"tuning"} and set(counted["batch"]) == {"one", "two"}
    )
    assert tally(bench.store, "BTC-USD", "1h").runs == 6
    tuned(bench, "three", 6)
    assert tally(bench.store, "BTC-USD", "1h").runs == 6  # nothing was run again


def test_the_choice_is_the_best_whole_trial_and_judged_on_rows_that_none_saw(bench: Workbench) -> None:
    run = tuned(bench, "one", 4)
    assert run is not None and run.chosen is not None and run.held_out is not None
    whole = [t for t in tuning_trials(bench.store, run.study) if not t.pruned and t.loss is not None]
    assert run.loss == min(t.loss for t in whole if t.loss is not None)
    assert run.loss_settings == whole[0].loss and 0 < run.held_out_rows < run.rows / 2
    assert "which no trial saw" in run.words
    view = tuning_view(bench, "BTC-USD", Timeframe.H1)
    assert view.run == run and len(view.numbers) == 3 and view.adopted is None


def test_tuned_parameters_are_used_when_told_and_settings_are_stronger(bench: Workbench) -> None:
    run = tuned(bench, "one", 3)
    assert run is not None and run.chosen is not None
    plain = PredictSettings()
    series = ("BTC-USD", Timeframe.H1, "sample")
    assert tuned_settings(bench.store, plain, *series) == plain
    use_tuned(bench, run)
    assert given(tuned_settings(bench.store, plain, *series)) == run.chosen
    assert tuned_settings(bench.store, plain, "BTC-USD", Timeframe.H4, "sample") == plain
    held = PredictSettings(depth=9)
    assert set_on_purpose(held) == ("depth",)
    assert tuned_settings(bench.store, held, *series).depth == 9
    assert tuned_settings(bench.store, held, *series).learning_rate == run.chosen.learning_rate
    use_settings(bench, *series)
    assert tuned_settings(bench.store, plain, *series) == plain


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"horizon": "weekly"}, "no horizon 'weekly'"),
        ({"trials": "0"}, "0 trials"),
        ({"trials": "many"}, "many trials"),
    ],
)
def test_what_cannot_be_is_one_sentence(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_tuning_request(ASKED | wrong, PredictSettings())


def test_too_short_a_history_is_one_sentence(bench: Workbench) -> None:
    request = read_tuning_request(ASKED | {"as_of": "2017-10-06T00:00Z"}, bench.settings.predict)
    assert request.instrument == resolve("BTC-USD")
    with pytest.raises(NotEnoughHistory, match=r"needs \d+ labelled rows .one block is held back."):
        tune_models(bench, "x", request, lambda share, words: None, lambda: None)


def test_choices_among_members() -> None:
    assert len(member_sets(("a", "b", "c", "d"))) == 15
    many = member_sets(("a", "b", "c", "d", "e", "f"))
    assert len(many) == 13 and ("a", "b", "c", "d", "e", "f") in many
    assert member_sets(("a",)) == (("a",),)
