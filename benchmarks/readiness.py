"""Which planted defects `readiness` finds by the right question, and what it says of clean data.

Thirty kinds of defects (`benchmarks/defects`) are planted into six tables, `BENCH_SEEDS` times (1)
each, written as files and asked about. Found is a defect whose own question says "needs repair" or
"blocked" where it did not before; a rate or a column that moved may be the market, and ends in
"needs a person". Clean tables must have neither state in any question. Prints a table; the last
line is one JSON object. Both are written to benchmarks/results/readiness.md.
"""

import json
import os
import tempfile
import time
import warnings
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from defects.bases import BASES
from defects.clean import CLEAN
from defects.judged import DEFECT, asked, judge
from defects.planted import KINDS
from tqdm.auto import tqdm

from workbench import __version__

SEEDS = int(os.environ.get("BENCH_SEEDS", "1"))
NOTE = """\
The kinds were written beside the questions: a table of another house may hold what neither knows.
Rates of Complete Journey go from 2% to 19% by campaign: a collapse there is not beyond the usual.
"""
RESULTS = Path(__file__).parent / "results" / "readiness.md"


def clean_tables():
    """Ask of every clean table; return its state, and what is called a defect."""
    found = {}
    for name, ask in CLEAN.items():
        said = ask()
        if said is not None:
            found[name] = (said.state, [c.name for c in said.checks if c.state in DEFECT])
    return found


def planted_tables(folder):
    """Plant every kind into every table; return what came by kind, and clean bases' defects."""
    by_kind, by_base = defaultdict(list), {}
    for make in tqdm(BASES, desc="Tables"):
        base = make()
        clean = asked(base, folder)
        by_base[base.house] = [check.name for check in clean.checks if check.state in DEFECT]
        for kind in tqdm(KINDS, desc=base.house, leave=False):
            for seed in range(SEEDS):
                judged = judge(base, kind, clean, folder, seed)
                if judged is not None:
                    by_kind[kind.name].append(judged)
    return by_kind, by_base


def lines_of(by_kind, by_base, clean):
    """Write what came as a page."""
    yield from ("| kind | question | tables | planted | found |", "|---|---|---:|---:|---:|")
    for kind in KINDS:
        came = by_kind[kind.name]
        tables = len({one.base for one in came})
        found = sum(one.found for one in came)
        yield f"| {kind.name} | `{kind.check}` | {tables} | {len(came)} | {found} |"
    missed = [one for came in by_kind.values() for one in came if not one.found]
    if missed:
        yield from ("", "Not found:", "")
        yield from (f"- {one.kind}, in {one.base}: {one.after}" for one in missed)
    yield from ("", "Tables without a defect:", "", "| table | state | called a defect |")
    yield "|---|---|---|"
    for name, (state, called) in clean.items():
        yield f"| {name} | {state} | {', '.join(called) or '–'} |"
    for name, called in by_base.items():
        yield f"| {name}, before planting | – | {', '.join(called) or '–'} |"


def summary_of(by_kind, by_base, clean, seconds):
    """Return what came as plain values."""
    came = [one for judged in by_kind.values() for one in judged]
    always = [name for name, judged in by_kind.items() if all(one.found for one in judged)]
    false = [name for name, (_, called) in clean.items() if called]
    return {
        "kinds": len(KINDS),
        "kinds_always_found": len(always),
        "planted": len(came),
        "found": sum(one.found for one in came),
        "clean_tables": len(clean) + len(by_base),
        "clean_tables_called_defect": len(false) + sum(bool(called) for called in by_base.values()),
        "seconds": round(seconds),
    }


def main():
    """Run it all, print, and keep it at full size."""
    warnings.simplefilter("ignore")
    started = time.perf_counter()
    clean = clean_tables()
    with tempfile.TemporaryDirectory() as folder:
        by_kind, by_base = planted_tables(Path(folder))
    page = "\n".join(lines_of(by_kind, by_base, clean))
    last = json.dumps(summary_of(by_kind, by_base, clean, time.perf_counter() - started))
    print(f"{page}\n\n{last}")
    head = (
        "# Planted defects of data\n\n"
        f"`make bench-readiness`, version {__version__}, {datetime.now(UTC):%Y-%m-%d}.\n"
        f"Kinds of `benchmarks/defects`, each planted into each table; seeds: {SEEDS}.\n{NOTE}\n"
    )
    RESULTS.write_text(f"{head}{page}\n\n```json\n{last}\n```\n", encoding="utf-8")


if __name__ == "__main__":
    main()
