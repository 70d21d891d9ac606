"""How long `shift_report` takes on a flat table: 50,000 rows × 100 columns, 12 campaigns.

Every method, every split, nothing kept. Ten of the columns are text of five levels.
`BENCH_ROWS` and `BENCH_CAMPAIGNS` scale it. Prints the seconds of each method; the last line
is one JSON object.
"""

import json
import os
import platform
import time
from importlib.metadata import version

import pandas as pd

from workbench import FeatureFrame, __version__, datasets
from workbench.evidence import shift as report_of
from workbench.evidence import shift_report

ROWS = int(os.environ.get("BENCH_ROWS", "50_000"))
CAMPAIGNS = int(os.environ.get("BENCH_CAMPAIGNS", "12"))
TEXT = 10
GROUPS = 8


def table():
    """Return planted contacts as a user's flat table: labels and columns, no moments."""
    each = -(-ROWS // CAMPAIGNS)
    frame = datasets.planted(train_campaigns=CAMPAIGNS, new_campaigns=0, rows=each).frame
    X = frame.X.copy()
    for name in X.columns[:TEXT]:
        X[name] = pd.qcut(X[name], 5, labels=[*"abcde"]).astype("str")
    return X.assign(month=frame.campaign, bought=frame.y).iloc[:ROWS]


def timed(judge, seconds):
    """Wrap the one function that fits, to add up what each method takes."""

    def one(method, *rest):
        start = time.monotonic()
        judged = judge(method, *rest)
        name = type(method).__name__
        seconds[name] = seconds.get(name, 0.0) + time.monotonic() - start
        return judged

    return one


def main():
    """Make the table, run the report once, print."""
    contacts = table()
    features = contacts.columns.drop(["month", "bought"])
    groups = {name: f"group {j * GROUPS // len(features)}" for j, name in enumerate(features)}
    frame = FeatureFrame.from_table(contacts, target="bought", campaign="month", groups=groups)
    before, seconds = os.getloadavg(), {}
    report_of.judge = timed(report_of.judge, seconds)
    start = time.monotonic()
    report = shift_report(frame)
    taken = time.monotonic() - start
    print(report.sentence())
    for name, value in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{name:<20}{value:>8.1f} s")
    found = {
        "report_seconds": round(taken, 1),
        "rows": len(frame),
        "columns": frame.X.shape[1],
        "campaigns": len(frame.campaigns),
        "methods": len(report.table),
        "cores": os.cpu_count(),
        "load_before": [round(one, 2) for one in before],
        "load_after": [round(one, 2) for one in os.getloadavg()],
        "python": platform.python_version(),
        "workbench": __version__,
        "versions": {one: version(one) for one in ("numpy", "scipy", "scikit-learn", "pandas")},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
