import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, __version__
from workbench.cli import main
from workbench.errors import DataWarning

SEE_RUN = "see `workbench run --help`."


def run_main(capsys, *arguments):
    """The exit code and what was printed; argparse leaves through SystemExit for --help."""
    try:
        code = main(list(arguments))
    except SystemExit as stopped:
        code = stopped.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shop(here):
    """A table as an office program writes it: semicolons, quotes, gaps, words, a month."""
    rng = np.random.default_rng(3)
    n = 900
    month = rng.integers(1, 7, n)
    visits = rng.poisson(2, n)
    chance = 1 / (1 + np.exp(2.0 - 0.7 * visits))
    table = pd.DataFrame(
        {
            "customer": [f"K{k:04d}" for k in range(n)],
            "month": [f"2024-{m:02d}" for m in month],
            "mail_open": visits,
            "mail_click": rng.poisson(0.4, n),
            "city": rng.choice(["Köln; Süd", "<script>alert(1)</script>", "Bonn"], n),
            "spend": np.where(rng.random(n) < 0.1, np.nan, (visits + rng.random(n)).round(2)),
            "call_seconds": rng.poisson(60, n),
            "bought": np.where(rng.random(n) < chance, "yes", "no"),
        }
    )
    table.to_csv(here / "shop.csv", sep=";", decimal=",", index=False, quoting=2, encoding="cp1252")
    return here / "shop.csv"


ORDERS = ("run", "propensity", "--table", "shop.csv", "--orders-within", "30")
TABLE = ("run", "propensity", "--table", "shop.csv", "--target", "y")


def test_version(capsys):
    assert run_main(capsys, "--version") == (0, f"workbench {__version__}\n", "")


def test_help_names_every_command(capsys):
    code, out, _ = run_main(capsys, "--help")
    assert code == 0
    assert all(f"    {command} " in out for command in ("run", "new", "score"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND; see `workbench --help`."),
        (
            ["frobnicate"],
            (
                "argument COMMAND: invalid choice: 'frobnicate' (choose from 'run', 'new', "
                "'score'); see `workbench --help`."
            ),
        ),
        (["run"], f"the following arguments are required: notebook; {SEE_RUN}"),
        (
            ["run", "propensity", "--targ", "x"],
            "unrecognized arguments: --targ x; see `workbench --help`.",
        ),
        (
            ["run", "propensity", "--data", "complete_journey"],
            (
                "--data must be one of ['complete-journey']; got 'complete_journey'. "
                "Did you mean 'complete-journey'?"
            ),
        ),
        (
            ["run", "propensity", "--data", "complete-journey", "--table", "a.csv"],
            f"argument --table: not allowed with argument --data; {SEE_RUN}",
        ),
        (
            ["run", "propensity", "--table", "none.csv", "--target", "y"],
            "There is no file 'none.csv'. Check the path after --table.",
        ),
        (
            ["run", "propensity", "--table", "shop.csv"],
            (
                "--table needs --target, the column that holds the outcome; of a log of orders say "
                "--orders-within."
            ),
        ),
        (
            ["run", "propensity", "--table", "shop.csv", "--target", "y", "--amount", "spend"],
            "--amount is of a log of orders: say --orders-within too, or leave it out.",
        ),
        (
            ["run", "propensity", "--orders-within", "30", "--customer", "id"],
            "--customer says something of a table: name the table too, --table.",
        ),
        (
            ["run", "propensity", "--orders-within", "30"],
            "--orders-within says something of a table: name the table too, --table.",
        ),
        (
            [*ORDERS, "--time", "day"],
            "--orders-within needs --customer, the column that holds who ordered.",
        ),
        (
            [*ORDERS, "--customer", "id"],
            "--orders-within needs --time, the column that holds when.",
        ),
        (
            [*ORDERS, "--customer", "id", "--time", "day", "--target", "y"],
            (
                "--target is of a table with one row a contact; with --orders-within contacts and "
                "their outcomes are made. Leave one of the two out."
            ),
        ),
        (
            [*ORDERS[:-1], "-3"],
            f"argument --orders-within: must be a number of days above 0; got '-3'; {SEE_RUN}",
        ),
        (
            ["run", "propensity", "--columns", "id"],
            (
                "argument --columns: must be the names of all columns, as in customer,day,amount; "
                f"got 'id'; {SEE_RUN}"
            ),
        ),
        (
            ["run", "propensity", "--table", "shop.csv", "--target", "y", "--test-campaigns", "2"],
            "--test-campaigns needs --campaign, the column to tell them by, or --time.",
        ),
        (
            [*TABLE, "--periods", "week"],
            "--periods needs --campaign, the column to tell them by, or --time.",
        ),
        (
            [*TABLE, "--order", "first-seen"],
            "--order needs --campaign, the column whose campaigns it orders.",
        ),
        (
            [*TABLE, "--campaign", "c", "--order", "firstseen"],
            (
                "--order must be one of ['first-seen', 'day-first', 'month-first'], or every "
                "campaign, the earliest first, as in 'spring,summer'; got 'firstseen'. Did you "
                "mean 'first-seen'?"
            ),
        ),
        (
            [*TABLE, "--campaign", "c", "--time", "t", "--order", "a,b"],
            "--time gives the order of campaigns already: leave --order out.",
        ),
        (
            ["run", "propensity", "--order", "a,b"],
            "--order says something of a table: name the table too, --table.",
        ),
        (
            ["run", "propensity", "--target", "bought"],
            "--target says something of a table: name the table too, --table.",
        ),
        (
            ["run", "propensity", "--drop", "city"],
            "--drop says something of a table: name the table too, --table.",
        ),
        (
            ["run", "propensity", "--table", "shop.csv", "--target", "y", "--group", "mail"],
            "--group must be PATTERN=NAME, as in 'mail_*=mail'; got 'mail'.",
        ),
        (
            ["run", "propensity", "--cost", "-1"],
            f"argument --cost: must be an amount of money, as in 1.50; got '-1'; {SEE_RUN}",
        ),
        (
            ["run", "propensity", "--margin", "ten"],
            f"argument --margin: must be an amount of money, as in 1.50; got 'ten'; {SEE_RUN}",
        ),
        (
            ["run", "propensity", "--test-campaigns", "few"],
            f"argument --test-campaigns: invalid int value: 'few'; {SEE_RUN}",
        ),
        (
            ["run", "propensty"],
            (
                "The notebook must be a file in the workbench's notebooks/; got 'propensty.ipynb', "
                "there is ['features.ipynb', 'propensity.ipynb', 'shift.ipynb']. Did you mean "
                "'propensity.ipynb'?"
            ),
        ),
        (["run", "mine.ipynb"], "There is no notebook 'mine.ipynb'. Check the path."),
        (
            ["new", "propensity", "mine.txt"],
            "The copy must be a notebook, *.ipynb; got 'mine.txt'.",
        ),
        (
            ["score", "--output", "scores.xlsx"],
            "--output must be one of ['.csv', '.parquet']; got '.xlsx'.",
        ),
        (
            ["score", "--output", "scores.csv", "--data", "cj"],
            "--data must be one of ['complete-journey']; got 'cj'.",
        ),
        (
            ["score", "--output", "scores.csv"],
            (
                "There is no model file 'reports/model.json'. Run `workbench run propensity` "
                "first, or name the file that it wrote."
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_option_is_one_sentence(arguments, said, shop, capsys):
    assert run_main(capsys, *arguments) == (2, "", f"workbench: {said}\n")
    assert [path.name for path in shop.parent.iterdir()] == ["shop.csv"]


def test_new_copies_a_template_and_overwrites_only_when_told(here, capsys):
    code, out, _ = run_main(capsys, "new", "propensity", "mine.ipynb")
    assert (code, out) == (
        0,
        (
            "mine.ipynb: open it with `jupyter lab mine.ipynb`, run it with "
            "`workbench run mine.ipynb`.\n"
        ),
    )
    copied = (here / "mine.ipynb").read_text()
    assert any("parameters" in c["metadata"].get("tags", []) for c in json.loads(copied)["cells"])
    (here / "mine.ipynb").write_text("my own work")
    assert run_main(capsys, "new", "propensity", "mine.ipynb") == (
        2,
        "",
        (
            "workbench: mine.ipynb is there already, and is not overwritten. "
            "Choose another name, or --force.\n"
        ),
    )
    assert (here / "mine.ipynb").read_text() == "my own work"
    assert run_main(capsys, "new", "propensity", "mine.ipynb", "--force")[0] == 0
    assert (here / "mine.ipynb").read_text() == copied


@pytest.mark.notebook
def test_from_a_table_to_scores_and_back_to_a_fault(shop, capsys):
    command = ["run", "propensity", "--table", "shop.csv", "--target", "bought"]
    command += ["--campaign", "month", "--customer", "customer", "--drop", "call_seconds"]
    command += ["--group", "mail_*=mail", "--cost", "1", "--margin", "5", "--author", "A. <B>"]

    code, out, err = run_main(capsys, *command)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("On 2 later campaigns, not seen before, the model's log loss")
    assert [re.split(r"\s{2,}", line)[1] for line in lines[1:6]] == [
        "Log loss",
        "AUC, all contacts",
        "AUC within campaigns",
        "Lift, best 10%",
        "Profit at cost 1, margin 5",
    ]
    assert "before:" not in out
    assert re.fullmatch(r"reports/propensity\.html \(0\.\d MB, \d+ s\)", lines[6])
    assert lines[7] == "reports/model.json: score new contacts with `workbench score`."
    reports = shop.parent / "reports"
    assert sorted(path.name for path in reports.glob("[!.]*")) == [
        "model.json",
        "propensity.html",
        "released.json",
    ]
    report = (reports / "propensity.html").read_text()
    assert "A. &lt;B&gt;" in report
    assert "K0001" not in report, "no customer belongs in a report"
    model = json.loads((reports / "model.json").read_text())
    assert set(model["recipe"]["drop"]) == {"call_seconds"}
    assert {column["group"] for column in model["columns"] if "mail_" in column["feature"]} == {
        "mail"
    }

    scored = ["score", "--table", "shop.csv", "--output", "scores.csv"]
    assert run_main(capsys, *scored) == (
        0,
        "scores.csv: 900 contacts in 6 campaigns, best first, with reasons.\n",
        "",
    )
    assert len(pd.read_csv("scores.csv")) == 900

    before = {path: path.read_bytes() for path in reports.iterdir() if path.is_file()}
    code, out, err = run_main(capsys, *command[:-2], "--test-campaigns", "6")
    assert (code, out) == (2, "")
    assert err == (
        "workbench: --test-campaigns must lie between 1 and 5, as 6 campaigns have outcomes; "
        "got 6. Leave it out for 2.\n"
    )
    assert {path: path.read_bytes() for path in before} == before

    code, out, _ = run_main(capsys, *command)
    assert code == 0
    assert out.count("before: ") == out.count("(unchanged)") == 5
    of_both = (before[reports / "model.json"], (reports / "model.json").read_bytes())
    first, again = (json.loads(content) for content in of_both)
    own = dict.fromkeys(("report", "checksum"))  # each names the report of its own run
    assert again["report"] != first["report"]
    assert {**again, **own} == {**first, **own}
    assert len(list((reports / ".runs").iterdir())) == 2

    (reports / "propensity.html").unlink()
    (reports / "propensity.html").write_bytes(before[reports / "propensity.html"])
    code, _, err = run_main(capsys, *scored)
    assert code == 0
    assert err == (
        "workbench: note: 'reports/propensity.html' and 'reports/model.json' are not of one run: "
        "the report tells of another model, or was edited. Run the notebook again, to have both.\n"
    )


@pytest.fixture
def model_file(shop):
    """A model of the shop's table, in the place where `score` looks for it."""
    frame = FeatureFrame.from_table(
        shop, target="bought", campaign="month", customer="customer", drop=["call_seconds"]
    )
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.01).fit(frame)
    return model.save(shop.parent / "reports" / "model.json", recipe=frame.recipe)


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_scores_beyond_training_are_told_once_and_how_much_they_are(shop, model_file, capsys):
    new = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    new.assign(mail_open=new["mail_open"] + 50).to_csv("new.csv", index=False)
    code, out, err = run_main(
        capsys, "score", "--table", "new.csv", "--output", "scores.csv", "--decimal", "."
    )
    assert code == 0
    assert re.fullmatch(
        r"scores\.csv: 900 contacts in 6 campaigns, best first, with reasons; \d\d\.\d% of what "
        r"moves the scores lies outside of the trained range\.\n",
        out,
    )
    assert re.fullmatch(
        r"workbench: note: Numbers outside of the trained range count as the nearest inside: "
        r"'mail_open' in 100\.0% of rows, up to [\d.]+ standard deviations above\. [^\n]+\n",
        err,
    )
    reasons = pd.read_csv("scores.csv")[["reason_1", "reason_2", "reason_3"]].agg(" ".join, axis=1)
    assert reasons.str.contains(r"mail_open = \d+, counted as \d+ ").all()


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_an_earlier_model_file_is_noted_once(shop, model_file, capsys):
    model = json.loads(model_file.read_text())
    del model["parameters"]["extrapolate"]
    for column in model["columns"]:
        del column["low"], column["high"]
    del model["checksum"], model["outlook"], model["grid"]
    model["format"] = 1
    model_file.write_text(json.dumps(model))
    code, out, err = run_main(capsys, "score", "--table", str(shop), "--output", "scores.csv")
    assert (code, out) == (
        0,
        "scores.csv: 900 contacts in 6 campaigns, best first, with reasons.\n",
    )
    assert err.count("note: This model file does not tell the range") == 1
    assert err.count("without a checksum") == 1
    assert err.count("note:") == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--target", "boght"],
            (
                "The table has no column 'boght'; got ['customer', 'month', 'mail_open', "
                "'mail_click', 'city', 'spend', 'call_seconds', 'bought']. Did you mean 'bought'?"
            ),
        ),
        (
            ["--target", "city"],
            (
                "The target 'city' must have two values; got 3: ['<script>alert(1)</script>', "
                "'Bonn', 'Köln; Süd']. Name the positive one, and the others count as negative: "
                "--positive '<script>alert(1)</script>', for example. Or choose another column."
            ),
        ),
        (
            ["--target", "bought", "--positive", "ja"],
            "--positive must be a value of 'bought'; got 'ja', the column has ['no', 'yes'].",
        ),
        (
            ["--target", "bought", "--trials", "visits", "--positive", "yes"],
            (
                "--positive names a value of the target; with --trials the target is a count. "
                "Leave one of them out."
            ),
        ),
        (
            ["--target", "bought", "--group", "post_*=mail"],
            (
                "Every pattern in --group must match a feature; ['post_*'] match none of "
                "['mail_open', 'mail_click', 'city', 'spend', 'call_seconds']."
            ),
        ),
        (
            ["--target", "bought", "--campaign", "month", "--test-campaigns", "6"],
            (
                "--test-campaigns must lie between 1 and 5, as 6 campaigns have outcomes; got 6. "
                "Leave it out for 2."
            ),
        ),
        (
            ["--target", "bought", "--columns", "a,b"],
            (
                "--columns must name every column in the order of the file; it has 2 names, and "
                "the first line of 'shop.csv' has 8 fields: "
                '\'"customer";"month";"mail_open";"mail_click";"city";"spend";"\'. Every line '
                "must have as many fields, cut by commas, semicolons, tabs, bars or blanks."
            ),
        ),
        (
            ["--orders-within", "30", "--customer", "customer", "--time", "moth"],
            (
                "The table has no column 'moth'; got ['customer', 'month', 'mail_open', "
                "'mail_click', 'city', 'spend', 'call_seconds', 'bought']. Did you mean 'month'?"
            ),
        ),
        (
            ["--orders-within", "90", "--customer", "customer", "--time", "month"],
            (
                "The time column 'month' must hold the day of each order; it holds months, which "
                "do not say whether an order lies within the days after a date. Name another "
                "column."
            ),
        ),
        (
            ["--target", "bought", "--campaign", "bought"],
            (
                "A column must have one role; 'bought' is named as ['target', 'campaign']. "
                "Keep one of them."
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_fault_of_the_data_is_told_before_a_kernel_starts(options, said, shop, capsys):
    assert run_main(capsys, "run", "propensity", "--table", "shop.csv", *options) == (
        2,
        "",
        f"workbench: {said}\n",
    )
    assert [path.name for path in shop.parent.iterdir()] == ["shop.csv"]


@pytest.mark.slow
@pytest.mark.notebook
def test_a_fault_of_the_data_in_a_notebook_of_ones_own_is_the_users_to_mend(shop, capsys):
    run_main(capsys, "new", "propensity", "mine.ipynb")
    command = ["run", "mine.ipynb", "--table", "shop.csv", "--target", "bought"]
    assert run_main(capsys, *command, "--positive", "ja") == (
        2,
        "",
        (
            "workbench: --positive must be a value of 'bought'; got 'ja', the column has ['no', "
            "'yes'].\n(The notebook up to there: reports/mine-failed.ipynb)\n"
        ),
    )


@pytest.mark.notebook
def test_a_notebook_of_ones_own_that_fails_is_a_failed_run(here, capsys):
    run_main(capsys, "new", "propensity", "mine.ipynb")
    mine = json.loads((here / "mine.ipynb").read_text())
    mine["cells"] = mine["cells"][:1]
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    mine["cells"].append({**code, "id": "x", "source": "1 / 0"})
    (here / "mine.ipynb").write_text(json.dumps(mine))
    assert run_main(capsys, "run", "mine.ipynb") == (
        1,
        "",
        (
            "workbench: mine.ipynb stopped in cell [1] under 'Who responds to the next campaign?', "
            "which begins `1 / 0`: ZeroDivisionError: division by zero\n"
            "The partial notebook is reports/mine-failed.ipynb; nothing earlier was overwritten.\n"
        ),
    )


@pytest.mark.slow
@pytest.mark.notebook
def test_ctrl_c_leaves_nothing_behind(shop):
    command = ["run", "propensity", "--table", "shop.csv", "--target", "bought"]
    reports = shop.parent / "reports"
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        executing = reports.glob(".wb-*/propensity.ipynb")
        deadline = time.monotonic() + 60
        while not any(executing) and time.monotonic() < deadline:
            time.sleep(0.05)
            executing = reports.glob(".wb-*/propensity.ipynb")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "workbench: interrupted; nothing was overwritten.\n"
    assert list(reports.iterdir()) == []


LONG = "a" * 300


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", f"{LONG}.ipynb"], f"There is no notebook '{LONG}.ipynb'. Check the path."),
        (
            ["score", "--model", f"{LONG}.json", "--output", "s.csv"],
            f"'{LONG}.json' must be a model file; it cannot be read: File name too long.",
        ),
        (
            ["run", "propensity", "--output", LONG],
            (
                f"--output must be a folder that can be written to; '{LONG}' is not: File name too "
                "long. Choose another."
            ),
        ),
    ],
)
def test_a_path_that_is_too_long_is_one_sentence(arguments, said, here, capsys):
    assert run_main(capsys, *arguments) == (2, "", f"workbench: {said}\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            MemoryError(),
            1,
            "there is not enough memory for this; nothing was overwritten. Score fewer rows.",
        ),
        (
            OSError(28, "No space left on device"),
            2,
            "No space left on device; nothing was overwritten.",
        ),
        (
            OSError(13, "Permission denied", "t.csv"),
            2,
            "t.csv: Permission denied; nothing was overwritten.",
        ),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(error, code, said, here, capsys, monkeypatch):
    """The machine itself cannot be made to refuse this at will."""

    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("workbench.ridge.RidgePropensity.load", refuse)
    command = ("score", "--model", "model.json", "--output", "s.csv")
    assert run_main(capsys, *command) == (code, "", f"workbench: {said}\n")


def test_cells_are_scored_as_cells(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cells = pd.DataFrame({"price": range(12), "sent": 100, "sold": [10, 20, 30] * 4})
    cells.to_csv("cells.csv", index=False)
    frame = FeatureFrame.from_table("cells.csv", target="sold", trials="sent")
    RidgePropensity(alpha=0.1).fit(frame).save("model.json", recipe=frame.recipe)
    scored = ["score", "--model", "model.json", "--table", "cells.csv", "--output", "scores.csv"]
    said = "scores.csv: 12 cells, best first, with reasons.\n"
    assert run_main(capsys, *scored) == (0, said, "")


@pytest.mark.notebook
def test_a_log_of_orders_without_a_header_becomes_a_report_and_scores(here, capsys):
    rng = np.random.default_rng(5)
    often = rng.gamma(1, 0.04, 300)
    days = pd.date_range("2023-01-01", "2023-09-30")
    orders = [
        (f"{who:05}", f"{day:%Y%m%d}", rng.integers(1, 9))
        for day in days
        for who in np.flatnonzero(rng.random(300) < often)
    ]
    (here / "log.txt").write_text("".join(f" {who} {day}  {n}\n" for who, day, n in orders))
    command = ["run", "propensity", "--table", "log.txt", "--columns", "id,day,paid"]
    command += ["--customer", "id", "--time", "day", "--amount", "paid", "--orders-within", "14"]
    code, out, err = run_main(capsys, *command)
    assert (code, err) == (0, "")
    assert out.startswith("On 1 later campaign, not seen before, the model's log loss is")
    report = (here / "reports" / "propensity.html").read_text()
    assert "Propensity: an order within 14 days" in report
    assert "on the first day of each month, every customer who had ordered before" in report
    with (here / "log.txt").open("a") as log:
        log.write(" 90001 20231011  4\n")
    code, out, err = run_main(capsys, "score", "--table", "log.txt", "--output", "scores.csv")
    known = len({who for who, _, _ in orders}) + 1
    assert code == 0
    assert out.startswith(f"scores.csv: {known} contacts in 1 campaign, best first, with reasons")
    assert "note: Every customer of the log is a contact on 2023-10-12, the day after its" in err
    assert len(pd.read_csv(here / "scores.csv")) == known
