"""Kills at seeded moments of real processes: nothing is lost, and the next start leaves nothing."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.datasets import sample
from workbench.features import FeatureSet, attributes, windows
from workbench.governance import status
from workbench.reports.pairing import mismatch

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")]
KILLS = 4
SEED = 20240229


@pytest.fixture
def start(tmp_path):
    """Start Python in a folder of the test's own, with a folder of its own for temporary files."""
    (tmp_path / "temporary").mkdir()
    here = {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "temporary")}

    def starter(*arguments):
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **here, "HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    return starter


def finish(process):
    """Let it end; return the seconds that it took."""
    began = time.monotonic()
    complaint = process.communicate(timeout=120)[1]
    assert process.returncode == 0, complaint
    return time.monotonic() - began


def kill(process, *, after):
    """Kill a process after so many seconds; None, or what it took where it ended before."""
    began = time.monotonic()
    try:
        complaint = process.communicate(timeout=after)[1]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    if process.returncode == -signal.SIGKILL:
        return None
    assert process.returncode == 0, complaint
    return time.monotonic() - began


def kills(start_again, *, seconds, times=KILLS):
    """Kill at any time, mostly near the end, when something is written; yield after each."""
    killed = 0
    for turn, share in enumerate(np.random.default_rng(SEED).triangular(0, 0.9, 1, times)):
        took = kill(start_again(turn), after=share * seconds)
        seconds = took or seconds  # the machine was busier when this was measured
        killed += took is None
        yield turn
    assert killed >= times / 2


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- score


@pytest.fixture
def model_and_tables(tmp_path):
    rng = np.random.default_rng(0)
    n = 20_000
    table = pd.DataFrame({"id": np.arange(n), "visits": rng.poisson(3, n), "x": rng.normal(size=n)})
    table["bought"] = (rng.random(n) < 0.3).astype(int)
    frame = FeatureFrame.from_table(table, target="bought", customer="id")
    RidgePropensity(alpha=0.1).fit(frame).save(tmp_path / "model.json", recipe=frame.recipe)
    table.to_csv(tmp_path / "0.csv", index=False)
    table.iloc[: n - 7].to_csv(tmp_path / "1.csv", index=False)


def test_kills_of_score(tmp_path, start, model_and_tables):
    def score(table):
        options = ("--model", "model.json", "--table", table, "--output", "out/scores.csv")
        return start("-m", "workbench", "score", "--without-governance", *options)

    scores, whole = tmp_path / "out" / "scores.csv", []
    for table in ("0.csv", "1.csv"):
        seconds = finish(score(table))
        whole.append(scores.read_bytes())
    assert whole[0] != whole[1]
    for _ in kills(lambda turn: score(f"{turn % 2}.csv"), seconds=seconds):
        assert scores.read_bytes() in whole
    finish(score("0.csv"))
    assert scores.read_bytes() == whole[0]
    assert names(tmp_path / "out") == ["scores.csv", "scores.csv.json"]
    told = json.loads(scores.with_name("scores.csv.json").read_text("utf-8"))["list"]
    assert told["sha256"] == hashlib.sha256(whole[0]).hexdigest()
    assert names(tmp_path / "temporary") == []


# --- build

BUILD = """
import sys
from workbench.datasets import sample
from workbench.features import FeatureSet, attributes, to_file, windows
to_file.rows_of_a_part = lambda features: 100
features = FeatureSet(windows("visits", lookbacks_days=(28, 91)), attributes("customers"))
ways = [{"to": "built/features.parquet"}, {"cache": "kept"}]
for way in ways if "kept last" in sys.argv else ways[::-1]:
    features.build(sample(), progress=False, **way)
"""


def test_kills_of_build(tmp_path, start):
    finish(start("-c", BUILD))
    kept = names(tmp_path / "kept")
    (file,) = (tmp_path / "kept").glob("*.features")
    seconds = finish(start("-c", BUILD))

    def build(turn):
        if turn % 2:  # else it is read, and must not be harmed by that
            file.unlink(missing_ok=True)
        return start("-c", BUILD, *(["kept last"] if turn % 2 else []))

    for _ in kills(build, seconds=seconds):
        assert (tmp_path / "kept" / ".secret").stat().st_size == 32
        assert len(ParquetRows(tmp_path / "built" / "features.parquet")) == len(sample().contacts)
    file.unlink(missing_ok=True)
    finish(start("-c", BUILD))
    assert names(tmp_path / "kept") == kept
    assert names(tmp_path / "built") == ["features.parquet"]
    assert names(tmp_path / "temporary") == []
    features = FeatureSet(windows("visits", lookbacks_days=(28, 91)), attributes("customers"))
    again, anew = (
        features.build(sample(), cache=cache, progress=False).X
        for cache in (tmp_path / "kept", False)
    )
    pd.testing.assert_frame_equal(again, anew, check_exact=True)


# --- run

FITTED = """
import pandas as pd
from workbench import RidgePropensity
X = pd.DataFrame({"visits": [0.0, 1, 2, 3, 4, 5]})
RidgePropensity(alpha=alpha).fit(X, [0, 1, 0, 1, 1, 0]).save(model_path)
print("alpha is", alpha)
"""


@pytest.fixture
def notebook(tmp_path):
    places = "alpha = 0.0\nmodel_path = None\nprevious_model = None"
    for turn in range(KILLS + 2):
        parameters = nbformat.v4.new_code_cell(
            places.replace("0.0", f"{turn + 1}.0"), metadata={"tags": ["parameters"]}
        )
        cells = [parameters, nbformat.v4.new_code_cell(FITTED)]
        (tmp_path / f"{turn}").mkdir()
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{turn}" / "trial.ipynb")


def running_in(folder):
    """Return the processes whose command names a folder: kernels of runs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if str(folder) in path.read_text("utf-8") else []
        except OSError:  # it has just ended
            continue
    return found


def is_a_pair(reports):
    """Whether report, model and evidence are of one run, and the model can be used."""
    told = status(reports)
    assert [str(check) for check in told.checks if check.state == "blocked"] == []
    alpha = RidgePropensity.load(reports / "model.json").alpha_
    report = (reports / "trial.html").read_text("utf-8")
    return mismatch(reports / "model.json") is None and f"alpha is {alpha}" in report


@pytest.mark.notebook
def test_kills_of_run(tmp_path, start, notebook):
    def run(turn):
        return start("-m", "workbench", "run", f"{turn}/trial.ipynb", "--output", "reports")

    reports = tmp_path / "reports"
    for _ in kills(run, seconds=finish(run(KILLS))):
        assert is_a_pair(reports)
        assert {"model.json", "trial.html"} <= {*names(reports)}
    template = ("-m", "workbench", "run", "propensity", "--data", "complete-journey")
    for after in np.random.default_rng(SEED).uniform(4, 12, 1):
        assert kill(start(*template, "--output", "reports"), after=after) is None
        assert is_a_pair(reports)
    finish(run(KILLS + 1))
    assert is_a_pair(reports)
    assert RidgePropensity.load(reports / "model.json").alpha_ == KILLS + 2.0
    assert names(reports) == [
        *(".runs", ".runs-lock", "model.json", "runs.parquet"),
        *("trial.evidence.json", "trial.html"),
    ]
    assert len(names(reports / ".runs")) == 2  # the run, and the link to it
    assert names(tmp_path / "temporary") == []
    for _ in range(100):  # kernels look each second whether their run is there
        if not (still := running_in(tmp_path)):
            break
        time.sleep(0.1)
    assert still == []


# --- publish

PUBLISH = """
import json, os, sys, time
from pathlib import Path
from workbench.reports.publish import publish
folder, scratch = Path("reports"), Path("scratch")
folder.mkdir()
scratch.mkdir()
def publish_for_ever():
    count = 0
    while True:
        count += 1
        for name in ("trial.html", "model.json"):
            (scratch / name).write_text(f"{os.getpid()} {count}")
        publish([scratch / "trial.html", scratch / "model.json"], folder, name="trial")
for after in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        publish_for_ever()
    time.sleep(after)
    os.kill(child, 9)
    os.waitpid(child, 0)
    found = [(folder / name).read_text() for name in ("trial.html", "model.json")]
    assert found[0] == found[1] and found[0].startswith(f"{child} "), found
for name in ("trial.html", "model.json"):
    (scratch / name).write_text("last")
publish([scratch / "trial.html", scratch / "model.json"], folder, name="trial")
"""


def test_kills_of_publish(tmp_path, start):
    after = np.random.default_rng(SEED).uniform(0.1, 0.3, 2 * KILLS).tolist()
    finish(start("-c", textwrap.dedent(PUBLISH), json.dumps(after)))
    reports = tmp_path / "reports"
    assert {(reports / name).read_text() for name in ("trial.html", "model.json")} == {"last"}
    assert names(reports) == [".runs", "model.json", "trial.html"]
    assert len(names(reports / ".runs")) == 2
