import os
import stat
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.reports.contacts_to_score import RECIPE, fitted, fitted_uplift, table
from workbench import FeatureFrame
from workbench.errors import ExtrapolationWarning
from workbench.networks import NetworkPropensity
from workbench.reports.score import beyond_note, score_contacts, write_scores
from workbench.reports.score_blocks import score_blocks


@pytest.fixture(scope="module")
def model():
    return fitted()


@pytest.fixture(scope="module")
def uplift():
    return fitted_uplift()


def in_blocks(frame, rows):
    for start in range(0, len(frame), rows):
        yield frame.rows(np.arange(start, min(start + rows, len(frame))))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [7, 100, 1000])
@pytest.mark.parametrize("on_disk", [False, True])
def test_blocks_give_the_same_file(model, tmp_path, suffix, rows, on_disk):
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 2)  # with ties, and far out
    frame = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        whole = write_scores(score_contacts(model, frame), tmp_path / f"whole.{suffix}")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(
            model, in_blocks(frame, rows), tmp_path / f"parts.{suffix}", on_disk=on_disk, rows=240
        )
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(in_parts) == 1
    assert (done.contacts, done.campaigns) == (240, 3)
    assert done.beyond == beyond_note(model, frame) != ""
    if suffix == "csv":
        assert done.path.read_bytes() == whole.read_bytes()
    else:
        pd.testing.assert_frame_equal(
            pd.read_parquet(done.path), pd.read_parquet(whole), check_exact=True, check_dtype=False
        )
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([whole.name, done.path.name])


@pytest.mark.parametrize("on_disk", [False, True])
def test_campaigns_stand_in_the_order_of_their_first_moment(model, tmp_path, on_disk):
    frame = FeatureFrame.to_score(table(seed=1), RECIPE)
    late = pd.Timestamp("2024-06-01") - pd.to_timedelta(np.arange(240) % 80, "D")
    late -= pd.to_timedelta(frame.campaign.map({"2024-02": 900, "2024-01": 0, "2024-03": 500}), "D")
    labels = frame.campaign.map({"2024-02": "spring", "2024-01": "=may", "2024-03": "a\rb"})
    frame = replace(frame, as_of=pd.Series(late), campaign=labels)
    whole = write_scores(score_contacts(model, frame), tmp_path / "whole.csv")
    parts = score_blocks(model, in_blocks(frame, 50), tmp_path / "s.csv", on_disk=on_disk).path
    assert parts.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_block_that_fails_leaves_the_earlier_file(model, tmp_path, on_disk):
    path = tmp_path / "s.csv"
    path.write_text("earlier")

    def frames():
        yield FeatureFrame.to_score(table(seed=1), RECIPE)
        raise MemoryError

    with pytest.raises(MemoryError):
        score_blocks(model, frames(), path, on_disk=on_disk)
    assert path.read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["s.csv"]


SHORT_OF_MEMORY = """
import resource, sys
import numpy as np
import pyarrow
from workbench import cli
pyarrow.set_cpu_count(1), pyarrow.set_io_thread_count(1)  # threads without room for a stack crash

def score(table, output):
    command = ["score", "--without-governance", "--model", "m.json", "--table", table]
    return cli.main([*command, "--output", output])

# libraries that take what they need at their first use abort where they find no room
np.ones((500, 500)) @ np.ones((500, 500))
if score("few.parquet", "few.csv") != 0:
    sys.exit("a small table must be scored")
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000,) * 2)
sys.exit(score("new.parquet", "s.csv"))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of address space is Linux's")
def test_memory_short_is_one_sentence(model, tmp_path):
    roles = {"target": "bought", "campaign": "month", "customer": "id"}
    read = FeatureFrame.from_table(table(), **roles).recipe  # tells how, so that blocks are read
    model.save(tmp_path / "m.json", recipe=read)
    table(60_000).to_parquet(tmp_path / "new.parquet")
    table(60).to_parquet(tmp_path / "few.parquet")
    run = subprocess.run(
        [sys.executable, "-c", SHORT_OF_MEMORY],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert run.stderr.splitlines()[-1] == (
        "workbench: there is not enough memory for this; nothing was overwritten. Score fewer rows."
    )
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == ["few.csv", "few.csv.json", "few.parquet", "m.json", "new.parquet"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rank_within", ["campaign", "all"])
@pytest.mark.parametrize("on_disk", [False, True])
def test_blocks_of_uplifts_give_the_same_file(uplift, tmp_path, suffix, rank_within, on_disk):
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 3)  # with ties, and far out
    frame = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        scores = score_contacts(uplift, frame, rank_within=rank_within)
    whole = write_scores(scores, tmp_path / f"whole.{suffix}")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(
            uplift,
            in_blocks(frame, 50),
            tmp_path / f"parts.{suffix}",
            rank_within=rank_within,
            on_disk=on_disk,
        )
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(at_once) == len(in_parts) == 1
    assert (done.contacts, done.by) == (240, "uplift")
    assert done.beyond == beyond_note(uplift, frame) != ""
    if suffix == "csv":
        assert done.path.read_bytes() == whole.read_bytes()
    else:
        back = [pd.read_parquet(path) for path in (done.path, whole)]
        pd.testing.assert_frame_equal(*back, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("rows", [7, 100])
@pytest.mark.parametrize("on_disk", [False, True])
def test_blocks_of_a_network_give_the_same_file(tmp_path, rows, on_disk):
    frame = FeatureFrame.from_table(table(), target="bought", campaign="month", customer="id")
    network = NetworkPropensity(12, 0.01, hidden="always").fit(frame)
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 3)  # with ties, and far out
    scored = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        whole = write_scores(score_contacts(network, scored), tmp_path / "whole.csv")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(
            network, in_blocks(scored, rows), tmp_path / "parts.csv", on_disk=on_disk
        )
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(in_parts) == 1
    assert done.path.read_bytes() == whole.read_bytes()
    assert done.beyond == beyond_note(network, scored) != ""
