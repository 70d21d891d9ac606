"""What the machine refuses is one sentence and an exit code, and harms nothing that was there."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from workbench import CampaignData, Events, FeatureFrame, Outcome, RidgePropensity
from workbench.cli import main
from workbench.errors import MissingDataError, ParameterError, WorkbenchError
from workbench.features.cache import Store
from workbench.reports.publish import publish, tidy
from workbench.tables import read_table

ROOM = 64 * 1024
PLACE = "Choose another place."


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    n = 3000
    made = pd.DataFrame({"id": np.arange(n), "visits": rng.poisson(3, n), "x": rng.normal(size=n)})
    return made.assign(bought=(rng.random(n) < 0.3).astype(int))


@pytest.fixture
def model(table):
    return RidgePropensity(alpha=0.1).fit(
        FeatureFrame.from_table(table, target="bought", customer="id")
    )


@pytest.fixture
def here(tmp_path, monkeypatch, table, model):
    """A folder with a table and a model, where the test stands."""
    monkeypatch.chdir(tmp_path)
    table.to_csv("t.csv", index=False)
    table.to_parquet("t.parquet")
    frame = FeatureFrame.from_table(table, target="bought", customer="id")
    model.save("model.json", recipe=frame.recipe)
    return tmp_path


def run_main(capsys, *arguments):
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# --- a full disk


@contextlib.contextmanager
def mounted(folder, options):
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def no_larger_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(params=["a small disk", "a limit"])
def full(request, tmp_path):
    """A folder that takes few bytes more, and what the machine says there."""
    if request.param == "a small disk":
        with mounted(tmp_path / "full", f"size={ROOM}"):
            yield tmp_path / "full", "No space left on device"
    else:
        (tmp_path / "full").mkdir()
        with no_larger_files():
            yield tmp_path / "full", "File too large"


@pytest.mark.parametrize("file", ["scores.csv", "scores.parquet"])
def test_scores_on_a_full_disk(here, full, file, capsys):
    folder, said = full
    (folder / file).write_text("earlier")
    command = (
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--table",
        "t.csv",
        "--output",
        f"full/{file}",
    )
    assert run_main(capsys, *command) == (
        2,
        "",
        (
            "workbench: --output must be a file that can be written; "
            f"'full/{file}' is not: {said}. {PLACE}\n"
        ),
    )
    assert {path.name: path.read_text() for path in folder.iterdir()} == {file: "earlier"}


def test_a_model_on_a_full_disk(model, full):
    folder, said = full
    (folder / "model.json").write_text("earlier")
    with pytest.raises(ParameterError) as raised:
        model.save(folder / "model.json", recipe={"note": "x" * 2 * ROOM})
    assert str(raised.value) == (
        f"`path` must be a file that can be written; {str(folder / 'model.json')!r} is not: "
        f"{said}. {PLACE}"
    )
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"model.json": "earlier"}


def test_features_on_a_full_disk_cost_a_warning(full):
    folder, said = full
    built = pd.DataFrame({"a": np.random.default_rng(0).normal(size=40_000)})
    with pytest.warns(UserWarning, match="^The features are built") as told:
        Store(folder).write("key", built)
    (message,) = (str(one.message) for one in told)
    assert said in message
    assert [path.name for path in folder.iterdir()] == [".secret"]


def test_a_run_where_no_name_is_left_changes_nothing(tmp_path):
    """A disk may be out of names before it is out of bytes: every name that a run needs, once."""
    with mounted(tmp_path / "full", "size=1m,nr_inodes=40") as folder:

        def made(content):
            (folder / "made").mkdir()
            for name in ("trial.html", "model.json"):
                (folder / "made" / name).write_text(content)
            return [folder / "made" / name for name in ("trial.html", "model.json")]

        publish(made("earlier"), folder, name="trial")
        shutil.rmtree(folder / "made")
        refused = 0
        for taken in range(40):
            files = made("new")
            used = sum(1 for _ in folder.rglob("*")) + 1
            limit = ("mount", "-o", f"remount,nr_inodes={used + taken}", folder)
            subprocess.run(limit, check=True)
            try:
                publish(files, folder, name="trial")
            except OSError as error:
                assert error.strerror == "No space left on device"  # noqa: PT017
                refused += 1
                found = {name: (folder / name).read_text() for name in ("trial.html", "model.json")}
                assert set(found.values()) == {"earlier"}
            else:
                break
            finally:
                subprocess.run(("mount", "-o", "remount,nr_inodes=40", folder), check=True)
                shutil.rmtree(folder / "made")
                tidy(folder)
        assert refused >= 2
        assert (folder / "trial.html").read_text() == (folder / "model.json").read_text() == "new"


# --- a path that is too long, and files that may not be read

LONG = "a" * 300


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            [
                "score",
                "--without-governance",
                "--model",
                "model.json",
                "--table",
                "t.csv",
                "--output",
                f"{LONG}.csv",
            ],
            (
                f"--output must be a file that can be written; '{LONG}.csv' is not: "
                f"File name too long. {PLACE}"
            ),
        ),
        (
            [
                "score",
                "--without-governance",
                "--model",
                "model.json",
                "--table",
                f"{LONG}.csv",
                "--output",
                "s.csv",
            ],
            f"There is no file '{LONG}.csv'. Check the path after --table.",
        ),
        (
            ["new", "propensity", f"{LONG}.ipynb"],
            f"{LONG}.ipynb: File name too long; nothing was overwritten.",
        ),
    ],
)
def test_a_path_that_is_too_long(here, arguments, said, capsys):
    before = sorted(here.iterdir())
    assert run_main(capsys, *arguments) == (2, "", f"workbench: {said}\n")
    assert sorted(here.iterdir()) == before


MAY_NOT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]  # as root, who may all
FORBIDDEN = {
    (
        "t.csv",
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--table",
        "t.csv",
        "--output",
        "s.csv",
    ): ("'t.csv' must be a table; it cannot be read: Permission denied."),
    (
        "t.parquet",
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--table",
        "t.parquet",
        "--output",
        "s.csv",
    ): ("'t.parquet' must be a table; it cannot be read: Permission denied."),
    ("model.json", "score", "--model", "model.json", "--table", "t.csv", "--output", "s.csv"): (
        "'model.json' must be a model file; it cannot be read: Permission denied."
    ),
    (
        "out",
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--table",
        "t.csv",
        "--output",
        "out/s.csv",
    ): (
        "--output must be a file that can be written; 'out/s.csv' is not: Permission denied. "
        f"{PLACE}"
    ),
    ("mine.ipynb", "run", "mine.ipynb"): (
        "'mine.ipynb' must be a notebook; it cannot be read: Permission denied."
    ),
    ("out", "run", "propensity", "--output", "out"): (
        "--output must be a folder that can be written to; 'out' is not: Permission denied. "
        "Choose another."
    ),
    ("out", "new", "propensity", "out/mine.ipynb"): (
        "out/mine.ipynb: Permission denied; nothing was overwritten."
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("command", FORBIDDEN, ids=" ".join)
def test_what_may_not_be_read(here, command):
    locked, *arguments = command
    (here / "out").mkdir()
    (here / "mine.ipynb").touch()
    (here / locked).chmod(0)
    without_rights = [] if os.geteuid() else MAY_NOT
    if without_rights and shutil.which("setpriv") is None:
        pytest.skip("root may read everything")
    done = subprocess.run(
        [*without_rights, sys.executable, "-m", "workbench", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"workbench: {FORBIDDEN[command]}\n"


def locked_parquet(path, monkeypatch):
    """Refuse to open one file, as the machine does to all but root."""

    def refuse(self, *given, **named):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "open", refuse)


def test_a_locked_parquet_file_of_events_is_not_called_damaged(tmp_path, monkeypatch):
    path = tmp_path / "visits.parquet"
    path.write_bytes(b"PAR1 not to be read")
    locked_parquet(path, monkeypatch)
    with pytest.raises(MissingDataError) as raised:
        CampaignData(
            pd.DataFrame({"id": ["a"], "c": "x"}),
            pd.DataFrame({"c": ["x"], "start": ["2024-03-01"]}),
            events={"ev": Events(path, time="t")},
            outcome=Outcome("ev", horizon_days=28),
            customer="id",
            campaign="c",
            as_of="start",
            observed_until="2024-06-01",
        )
    assert str(raised.value) == (
        f"{str(path)!r} must be a table; it cannot be read: Permission denied."
    )


# --- files that were cut off


@pytest.mark.parametrize("command", ["--table", "--model"])
def test_a_file_that_was_cut_off_in_utf_16(here, command, capsys):
    whole = (here / "t.csv").read_text().encode("utf-16")
    for size in (3, 2001, len(whole) - 1):
        (here / "cut.csv").write_bytes(whole[:size])
        files = {"--table": "t.csv", "--model": "model.json"} | {command: "cut.csv"}
        options = [word for pair in files.items() for word in pair]
        code, out, err = run_main(
            capsys, "score", "--without-governance", *options, "--output", "s.csv"
        )
        assert (code, out) == (2, "")
        assert (
            err
            == {
                "--table": (
                    "workbench: 'cut.csv' must be a CSV; it begins as UTF-16 and is cut off, or "
                    "damaged. Copy it anew.\n"
                ),
                "--model": (
                    "workbench: 'cut.csv' must be a model file; it is no JSON. Fit the model "
                    "again, and save it with this version.\n"
                ),
            }[command]
        )
    assert not (here / "s.csv").exists()


def test_files_cut_at_any_byte_are_refused_or_read_as_far_as_rows_are_whole(here):
    """Of CSV in UTF-16, Parquet and a model, at seeded places."""
    rng = np.random.default_rng(7)
    whole = pd.read_csv("t.csv")
    (here / "u.csv").write_text((here / "t.csv").read_text(), encoding="utf-16")
    for name in ("u.csv", "t.parquet", "model.json"):
        raw = (here / name).read_bytes()
        cut = here / f"cut-{name}"
        for size in rng.integers(0, len(raw) - 1, 12):
            cut.write_bytes(raw[:size])
            with contextlib.suppress(WorkbenchError):
                if name == "model.json":
                    pytest.fail(str(RidgePropensity.load(cut)))
                found = read_table(cut)
                assert name == "u.csv", "what is cut off has no end that Parquet could read"
                full = len(found) - 1  # the last row may have lost letters of its last field
                pd.testing.assert_frame_equal(found[:full], whole[:full])
