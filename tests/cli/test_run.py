import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

SEE_RUN = "see `workbench run --help`."
DEFAULTS_OF_FEATURES = (
    'source="complete-journey", table=None, target=None, campaign=None, time=None, customer=None, '
    "orders_within=None, amount=None, trials=None, treatment=None, control=None, "
    "arm_probability=None, positive=None, drop=[], "
    'order="auto", periods="auto", groups={}, dates=None, decimal=None, encoding=None, '
    "columns=None, kinds={}, allow={}, suppress=None, labels=None, test_campaigns=None, "
    'release="private", language="en", seed=0, author=""'
)
SET_OF_SHOP = ("run", "propensity", "--data", "shop.csv", "--target", "bought", "--set")
ORDERS = ("run", "propensity", "--table", "shop.csv", "--orders-within", "30")
TABLE = ("run", "propensity", "--table", "shop.csv", "--target", "y")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND; see `workbench --help`."),
        (
            ["frobnicate"],
            (
                "argument COMMAND: invalid choice: 'frobnicate' (choose from 'columns', 'check', "
                "'check-text', 'run', 'new', 'score', 'history', 'compare', 'completion'); see "
                "`workbench --help`."
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
                "--data must be one of ['complete-journey', 'sample-test'], or a file; got "
                "'complete_journey', and there is no such file. Did you mean 'complete-journey'?"
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
                "A table needs --target, the column that holds the outcome; of a log of orders say "
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
            ["run", "propensity", "--margin", "1,234"],
            (
                "argument --margin: must be a number that can be read in one way; '1,234' may be "
                f"1.234 or 1234. Write 1.2340 or 1234; {SEE_RUN}"
            ),
        ),
        (
            ["run", "propensity", "--fail-on", "leek"],
            (
                "--fail-on must be of ['leak', 'undated', 'perfect', 'drift', 'readiness'], with "
                "commas between, or 'none'; got 'leek'. Did you mean 'leak'?"
            ),
        ),
        (
            ["run", "propensity", "--config", "mine.toml"],
            "There is no file 'mine.toml'. Check the path after --config.",
        ),
        (
            ["run", "propensity", "--margin", "ten"],
            f"argument --margin: must be an amount of money, as in 1.50; got 'ten'; {SEE_RUN}",
        ),
        (
            ["run", "propensity", "--test-campaigns", "few"],
            (f"argument --test-campaigns: must be a whole number, as in 3; got 'few'; {SEE_RUN}"),
        ),
        (
            ["run", "propensty"],
            (
                "The notebook must be a file in the workbench's notebooks/; got 'propensty.ipynb', "
                "there is ['cluster.ipynb', 'experiment.ipynb', 'features.ipynb', "
                "'propensity.ipynb', 'propensity_from_files.ipynb', 'shift.ipynb', 'texts.ipynb']. "
                "Did you mean 'propensity.ipynb'?"
            ),
        ),
        (
            ["run", "propensity", "--seed", "1", "--seed", "2"],
            f"argument --seed: given twice; keep one; {SEE_RUN}",
        ),
        (
            ["run", "features", "--cost", "2"],
            (
                "--cost is no parameter of features.ipynb. Its parameters, with their defaults: "
                f"{DEFAULTS_OF_FEATURES}."
            ),
        ),
        (
            ["run", "propensity", "--set", "seed"],
            "--set must be NAME=VALUE, as in seed=7; got 'seed'.",
        ),
        (["run", "propensity", "--set", "=7"], "--set must be NAME=VALUE, as in seed=7; got '=7'."),
        (
            ["run", "features", "--set", "sed=3"],
            (
                "--set sed is no parameter of features.ipynb. Did you mean 'seed'? Its parameters, "
                f"with their defaults: {DEFAULTS_OF_FEATURES}."
            ),
        ),
        (
            ["run", "propensity", "--set", "seed=1", "--set", "seed=2"],
            "--set seed=1 and --set seed=2 set the same parameter. Keep one of them.",
        ),
        (
            ["run", "propensity", "--author", "B", "--set", "author=A & B"],
            "--author and --set 'author=A & B' set the same parameter. Keep one of them.",
        ),
        (
            ["run", "propensity", "--data", "complete-journey", "--set", "source=complete-journey"],
            ("--data and --set source=complete-journey set the same parameter. Keep one of them."),
        ),
        (
            ["run", "propensity", "--data", "shop.csv", "--set", "table=shop.csv"],
            "--data and --set table both say where the data are. Keep one of them.",
        ),
        (
            ["run", "propensity", "--set", "seed=2.5"],
            "--set seed must be a whole number; got '2.5'.",
        ),
        (
            ["run", "propensity", "--set", "cost=-1"],
            "--set cost must be an amount of money, as in 1.50; got '-1'.",
        ),
        (
            ["run", "shift", "--set", "earlier=many"],
            "--set earlier must be a whole number, as its default, 6, is; got 'many'.",
        ),
        (
            ["run", "shift", "--set", "earlier=2.5"],
            (
                "--set earlier must be a whole number, as its default, 6, is; got '2.5'. For other "
                "numbers too, write a default such as 6.0 into the notebook."
            ),
        ),
        (
            ["run", "shift", "--set", "methods=lasso"],
            "--set methods must be a list, as in [\"lasso\"]; got 'lasso'.",
        ),
        (
            ["run", "propensity", "--set", "release=public"],
            "--set release must be one of ['private', 'static', 'exact']; got 'public'.",
        ),
        (
            ["run", "propensity", "--set", "author=None"],
            (
                "--set author must be text, as its default, \"\", is; got 'None'. For the word "
                'write "None", quotes included.'
            ),
        ),
        (
            ["run", "propensity", "--set", "periods=wek"],
            (
                "--set periods must be one of ['auto', 'none', 'hour', 'day', 'week', 'month', "
                "'quarter', 'year']; got 'wek'. Did you mean 'week'?"
            ),
        ),
        (
            ["run", "propensity", "--set", "groups=mail_*=mail"],
            (
                '--set groups must be a mapping, as in a:b,c:d or {"a": "b"}, as its default, {}, '
                "is; got 'mail_*=mail'."
            ),
        ),
        (
            ["run", "propensity", "--set", "target=bought"],
            "--set target says something of a table: name the table too, --table.",
        ),
        (
            ["run", "propensity", "--set", "table=none.csv"],
            "There is no file 'none.csv'. Check the path after --set table.",
        ),
        (
            ["run", "propensity", "--data", "shop.csv", "--set", "campaign=month"],
            (
                "A table needs --target, the column that holds the outcome; of a log of orders say "
                "--orders-within."
            ),
        ),
        (
            ["run", "propensity", "--set", "source=shop.csv", "--set", "target=bougt"],
            (
                "The table has no column 'bougt'; got ['customer', 'month', 'mail_open', "
                "'mail_click', 'city', 'spend', 'call_seconds', 'bought']. Did you mean 'bought'?"
            ),
        ),
        (
            [*SET_OF_SHOP, "positive=ja und nein"],
            (
                "--set positive must be a value of 'bought'; got 'ja und nein', the column has "
                "['no', 'yes']."
            ),
        ),
        (
            ["run", "propensity", "--data", "shop.csv", "--set", "target=city"],
            (
                "The target 'city' must have two values; got 3: ['<script>alert(1)</script>', "
                "'Bonn', 'Köln; Süd']. Name the positive one, and the others count as negative: "
                "--positive '<script>alert(1)</script>', for example. Or choose another column."
            ),
        ),
        *(
            (
                ["run", "propensity", *typed],
                (
                    f"{typed[0]}{said} must be text in UTF-8; got 'K\\udcf6ln', with bytes that "
                    "are none. Type it in a terminal that writes UTF-8; a file must be renamed."
                ),
            )
            for typed, said in [
                (["--author", "K\udcf6ln"], ""),
                (["--set", "author=K\udcf6ln"], " author"),
            ]
        ),
        (["run", "mine.ipynb"], "There is no notebook 'mine.ipynb'. Check the path."),
        (
            ["new", "propensity", "mine.txt"],
            "The copy must be a notebook, *.ipynb; got 'mine.txt'.",
        ),
        (
            ["score", "--output", "scores.xls"],
            (
                "--output must be one of ['.csv', '.parquet', '.xlsx']; got '.xls'. Did you mean "
                "'.xlsx'?"
            ),
        ),
        (
            ["score", "--output", "scores.csv", "--data", "cj"],
            (
                "--data must be one of ['complete-journey', 'sample-test'], or a file; got 'cj', "
                "and there is no such file."
            ),
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
def test_a_wrong_option_is_one_sentence(arguments, said, shop, run_main):
    assert run_main(*arguments) == (2, "", f"workbench: {said}\n")
    assert [path.name for path in shop.parent.iterdir()] == ["shop.csv"]


@pytest.mark.notebook
def test_from_a_table_to_scores_and_back_to_a_fault(shop, run_main):
    command = ["run", "propensity", "--table", "shop.csv", "--target", "bought"]
    command += ["--campaign", "month", "--customer", "customer", "--drop", "call_seconds"]
    command += ["--group", "mail_*=mail", "--cost", "1", "--margin", "5", "--author", "A. <B>"]

    code, out, err = run_main(*command)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("On 2 later campaigns, not seen before, contacting the best ")
    assert re.match(r"(Not proven|With care)\. .* Next: ", lines[1])
    assert [re.split(r"\s{2,}", line)[1] for line in lines[2:9]] == [
        "Contact the best",
        "Gain at cost 1, margin 5",
        "Profit at cost 1, margin 5",
        "AUC, all contacts",
        "AUC within campaigns",
        "Lift, best 10%",
        "Log loss",
    ]
    assert "before:" not in out
    assert re.fullmatch(r"reports/propensity\.html \(0\.\d MB, \d+ s\)", lines[9])
    assert lines[10] == "reports/model.json: score new contacts with `workbench score`."
    reports = shop.parent / "reports"
    assert sorted(path.name for path in reports.glob("[!.]*")) == [
        "model.json",
        "propensity.evidence.json",
        "propensity.html",
        "released.json",
        "runs.parquet",
    ]
    report = (reports / "propensity.html").read_text()
    assert "A. &lt;B&gt;" in report
    assert "K0001" not in report, "no customer belongs in a report"
    model = json.loads((reports / "model.json").read_text())
    assert set(model["recipe"]["drop"]) == {"call_seconds"}
    assert {column["group"] for column in model["columns"] if "mail_" in column["feature"]} == {
        "mail"
    }

    scored = ["score", "--without-governance", "--table", "shop.csv", "--output", "scores.csv"]
    assert run_main(*scored) == (
        0,
        "scores.csv: 900 contacts in 6 campaigns, best first, with reasons.\n",
        "",
    )
    assert len(pd.read_csv("scores.csv")) == 900

    before = {path: path.read_bytes() for path in reports.iterdir() if path.is_file()}
    before.pop(reports / "runs.parquet")
    code, out, err = run_main(*command[:-2], "--test-campaigns", "6")
    assert (code, out) == (2, "")
    assert err == (
        "workbench: --test-campaigns must lie between 1 and 5, as 6 campaigns have outcomes; "
        "got 6. Leave it out for 2.\n"
    )
    assert {path: path.read_bytes() for path in before} == before

    code, out, _ = run_main(*command)
    assert code == 0
    assert out.count("before: ") == out.count("(unchanged)") == 7
    of_both = (before[reports / "model.json"], (reports / "model.json").read_bytes())
    first, again = (json.loads(content) for content in of_both)
    own = dict.fromkeys(("report", "checksum"))  # each names the report of its own run
    assert again["report"] != first["report"]
    assert {**again, **own} == {**first, **own}
    assert len(list((reports / ".runs").iterdir())) == 2

    (reports / "propensity.html").unlink()
    (reports / "propensity.html").write_bytes(before[reports / "propensity.html"])
    code, _, err = run_main(*scored)
    assert code == 0
    assert err == (
        "workbench: note: 'reports/propensity.html' and 'reports/model.json' are not of one run: "
        "the report tells of another model, or was edited. Run the notebook again, to have both.\n"
    )


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
def test_a_fault_of_the_data_is_told_before_a_kernel_starts(options, said, shop, run_main):
    assert run_main("run", "propensity", "--table", "shop.csv", *options) == (
        2,
        "",
        f"workbench: {said}\n",
    )
    assert [path.name for path in shop.parent.iterdir()] == ["shop.csv"]


@pytest.mark.slow
@pytest.mark.notebook
def test_a_fault_of_the_data_in_a_notebook_of_ones_own_is_the_users_to_mend(shop, run_main):
    run_main("new", "propensity", "mine.ipynb")
    command = ["run", "mine.ipynb", "--table", "shop.csv", "--target", "bought"]
    assert run_main(*command, "--positive", "ja") == (
        2,
        "",
        (
            "workbench: --positive must be a value of 'bought'; got 'ja', the column has ['no', "
            "'yes'].\n(The notebook up to there: reports/mine-failed.ipynb)\n"
        ),
    )


@pytest.mark.notebook
def test_a_notebook_of_ones_own_that_fails_is_a_failed_run(here, run_main):
    run_main("new", "propensity", "mine.ipynb")
    mine = json.loads((here / "mine.ipynb").read_text())
    mine["cells"] = mine["cells"][:1]
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    mine["cells"].append({**code, "id": "x", "source": "1 / 0"})
    (here / "mine.ipynb").write_text(json.dumps(mine))
    assert run_main("run", "mine.ipynb") == (
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
def test_a_path_that_is_too_long_is_one_sentence(arguments, said, here, run_main):
    assert run_main(*arguments) == (2, "", f"workbench: {said}\n")


@pytest.mark.slow
@pytest.mark.notebook
def test_a_log_of_orders_without_a_header_becomes_a_report_and_scores(here, run_main):
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
    code, out, err = run_main(*command)
    assert (code, err) == (0, "")
    assert out.startswith("On 1 later campaign, not seen before, contacting ")
    report = (here / "reports" / "propensity.html").read_text()
    assert "Propensity: an order within 14 days" in report
    assert "on the first day of each month, every customer who had ordered before" in report
    with (here / "log.txt").open("a") as log:
        log.write(" 90001 20231011  4\n")
    code, out, err = run_main(
        *("score", "--without-governance", "--table", "log.txt", "--output", "scores.csv")
    )
    known = len({who for who, _, _ in orders}) + 1
    assert code == 0
    assert out.startswith(f"scores.csv: {known} contacts in 1 campaign, best first, with reasons")
    assert "note: Every customer of the log is a contact on 2023-10-12, the day after its" in err
    assert len(pd.read_csv(here / "scores.csv")) == known
