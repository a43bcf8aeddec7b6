"""Models on disk: whole or absent, trusted or unopened."""

import hashlib
import json
import os
import pickle
from datetime import timedelta
from pathlib import Path

import joblib
import pytest

from core import trusted
from core.errors import StoreFull, UntrustedModel
from core.predict import forecast, is_stale, load, read_meta, save
from core.predict.artefacts import description_path
from core.predict.versions import PICKLED, changed_versions, installed_version
from core.records import Timeframe


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_round_trip(trained, known_bars, make_columns, tmp_path):
    file = save(trained, tmp_path / "models")
    identity = trained.model_id.rsplit("_", 1)[-1]
    stem = f"BTC-USD_1h_short_{trained.meta.algo}_{trained.meta.as_of:%Y%m%dT%H%M}_{identity}"
    assert _names(file.path.parent) == {f"{stem}.joblib", f"{stem}_meta.json"}
    back = load(file.path, file.sha256)
    row = make_columns(known_bars).iloc[-1]
    assert back.meta == trained.meta == file.meta
    assert forecast(back, row, back.meta.as_of) == forecast(trained, row, back.meta.as_of)


def test_description_is_plain_json_with_everything_in_it(trained, tmp_path):
    file = save(trained, tmp_path, parent="before", seconds=1.5)
    path = file.path.with_name(f"{file.path.stem}_meta.json")
    said = json.loads(path.read_text())
    assert said["parent"] == "before" and said["training_seconds"] == 1.5 and said["out_of_sample"] is None
    assert said["sha256"] == file.sha256 and said["pickled_with"].keys() <= set(PICKLED)
    assert said["features"] == list(trained.features) and said["horizon"] == {"name": "short", "bars": 4}
    assert said["settings"]["seed"] == 7 and said["scores"]["rows"] == trained.meta.scores.rows
    assert {"xgboost", "numpy", "TA-Lib", "joblib"} <= set(said["versions"])
    assert len(said["data_sha256"]) == 64 and said["trained_until"].startswith("2019-")
    assert read_meta(path) == trained.meta


class _Bomb:
    """Runs when unpickled, like a model from a stranger could."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self):
        return os.mkdir, (str(self.flag),)


def test_a_file_from_other_hands_is_never_unpickled(trained, tmp_path):
    file = save(trained, tmp_path)
    flag = tmp_path / "exploded"
    joblib.dump(_Bomb(flag), file.path)
    with pytest.raises(UntrustedModel, match="not the one that was written here"):
        load(file.path, file.sha256)
    assert not flag.exists()
    joblib.load(file.path)
    assert flag.exists(), "the bomb was live: only the hash stood before it"


def test_one_changed_byte_is_noticed(trained, tmp_path):
    file = save(trained, tmp_path)
    data = bytearray(file.path.read_bytes())
    data[len(data) // 2] ^= 1
    file.path.write_bytes(data)
    with pytest.raises(UntrustedModel, match="SHA-256 differs"):
        load(file.path, file.sha256)


def test_missing_and_foreign_files_are_one_sentence(trained, tmp_path):
    with pytest.raises(UntrustedModel, match=r"gone\.joblib cannot be read"):
        load(tmp_path / "gone.joblib", "0" * 64)
    other = tmp_path / "other.joblib"
    joblib.dump([1, 2], other)
    with pytest.raises(UntrustedModel, match=r"description other_meta\.json of a model cannot be read"):
        load(other, hashlib.sha256(other.read_bytes()).hexdigest())
    (tmp_path / "other_meta.json").write_text('{"versions": {}}')
    with pytest.raises(UntrustedModel, match="holds no model"):
        load(other, hashlib.sha256(other.read_bytes()).hexdigest())
    cut = tmp_path / "cut.joblib"
    cut.write_bytes(pickle.dumps(list(range(1000)))[:50])
    (tmp_path / "cut_meta.json").write_text('{"versions": {}}')
    with pytest.raises(UntrustedModel, match="cannot be read"):
        load(cut, hashlib.sha256(cut.read_bytes()).hexdigest())
    words = tmp_path / "x_meta.json"
    words.write_text('{"model_id": 3}')
    with pytest.raises(UntrustedModel, match="not a model description"):
        read_meta(words)
    with pytest.raises(UntrustedModel, match="cannot be read"):
        read_meta(tmp_path / "none_meta.json")


@pytest.mark.parametrize(
    ("library", "number", "said"),
    [
        ("xgboost", "2.1.4", r"xgboost 2\.1\.4 \(now 3\."),
        ("numpy", "2.0.1", r"numpy 2\.0\.1 \(now 2\."),
        ("skorch", "9.9", r"skorch 9\.9 \((now|not installed)"),
    ],
)
def test_another_release_of_a_library_in_the_pickle_is_not_read(trained, tmp_path, library, number, said):
    file = save(trained, tmp_path)
    path = description_path(file.path)
    description = json.loads(path.read_text())
    description["pickled_with"][library] = number
    path.write_text(json.dumps(description))
    with pytest.raises(UntrustedModel, match=said + r".*Train the model again\."):
        load(file.path, file.sha256)


def test_a_patch_release_and_a_library_outside_the_pickle_do_not_matter():
    major, minor, *_ = str(installed_version("numpy")).split(".")
    assert changed_versions({"numpy": f"{major}.{minor}.999", "pandas": "0.1", "TA-Lib": "0.0"}) == ""
    assert changed_versions({}) == ""


def test_a_description_without_versions_is_one_sentence(trained, tmp_path):
    file = save(trained, tmp_path)
    for text in ("{", "[]", '{"versions": 3}', '{"model_id": "x"}'):
        description_path(file.path).write_text(text)
        with pytest.raises(UntrustedModel, match="does not name the libraries"):
            load(file.path, file.sha256)


def test_a_model_of_before_this_version_is_still_read(trained, tmp_path):
    """Named and described as older versions did."""
    file = save(trained, tmp_path)
    old = file.path.rename(tmp_path / f"{trained.model_id}.joblib")
    description = json.loads(description_path(file.path).read_text())
    for fresh in ("algo", "parent", "training_seconds", "out_of_sample", "sha256", "pickled_with"):
        del description[fresh]
    description_path(old).write_text(json.dumps(description))
    assert load(old, file.sha256).meta == trained.meta


def test_a_full_disk_leaves_nothing_half_written(trained, tmp_path, monkeypatch):
    old = save(trained, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trusted.os, "fsync", full)
    with pytest.raises(StoreFull, match="No space left on device"):
        save(trained, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert load(old.path, old.sha256).meta == trained.meta


def test_a_folder_that_cannot_be_is_one_sentence(trained, tmp_path):
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(StoreFull, match="cannot be written"):
        save(trained, tmp_path / "models")


def test_a_model_is_stale_after_its_bars_and_in_its_past(trained):
    made = trained.meta.as_of
    assert not is_stale(trained.meta, made, 168, Timeframe.H1)
    assert not is_stale(trained.meta, made + timedelta(hours=167), 168, Timeframe.H1)
    assert is_stale(trained.meta, made + timedelta(hours=168), 168, Timeframe.H1)
    assert is_stale(trained.meta, made - timedelta(hours=1), 168, Timeframe.H1)
