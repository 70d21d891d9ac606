"""Whether strangers' files are read rightly, refused in words, or wrong in silence.

`BENCH_FILES` files (400) of the zoo (`benchmarks/zoo`), from number `BENCH_FIRST` (0): encodings, separators, decimal marks,
spellings of dates, words for missing, money and per cent, and what exports put around a table.
The zoo knows what each means. A file is right if every column has its kind and every value; it is
refused in words if it is not read, or if nothing is wrong but columns that nobody can know are
left as text with a note. Prints a table; the last line is one JSON object. At full size both are
written to benchmarks/results/reading.md.
"""

import json
import os
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from tqdm.auto import tqdm
from zoo.files import specimen
from zoo.judge import REFUSED, RIGHT, SAID, SILENT, judge

from workbench import __version__

FILES = int(os.environ.get("BENCH_FILES", "400"))
RESULTS = Path(__file__).parent / "results" / "reading.md"
OUTCOMES = (RIGHT, REFUSED, SAID, SILENT)


def main():
    """Read the zoo, print what came of it, and keep it."""
    began = time.perf_counter()
    counts, by_trait, faults = Counter(), defaultdict(Counter), []
    for seed in tqdm(range(FILES), leave=False):
        made = specimen(seed)
        outcome, why = judge(made)
        counts[outcome] += 1
        for trait in ("encoding", "accident", "separator"):
            by_trait[trait, made.traits[trait].replace("\t", "tab") or "(none)"][outcome] += 1
        if outcome in (SAID, SILENT):
            faults.append((seed, outcome, "; ".join(f"{where}: {what}" for where, what in why[:2])))
    table = pd.DataFrame(by_trait).T.reindex(columns=list(OUTCOMES)).fillna(0).astype(int)
    table = table.sort_index()
    last = {
        "files": FILES,
        **{outcome: counts[outcome] for outcome in OUTCOMES},
        "right_or_refused": round((counts[RIGHT] + counts[REFUSED]) / FILES, 4),
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(table.to_string())
    print("\n".join(f"{seed}: {outcome}: {why}" for seed, outcome, why in faults))
    print(json.dumps(last))
    if FILES >= 400:
        RESULTS.write_text(_report(table, faults, last), encoding="utf-8")


def _report(table, faults, last):
    rows = [
        f"| {trait} | {value} | {' | '.join(map(str, row))} |"
        for (trait, value), row in zip(table.index, table.to_numpy(), strict=True)
    ]
    lines = [
        "# Strangers' files",
        "",
        f"`make bench-reading`, version {__version__}, {datetime.now(UTC):%Y-%m-%d}.",
        f"{FILES} files of `benchmarks/zoo`, whose generator was written before the reader.",
        f"Right or refused in words: {last['right_or_refused']:.2%}.",
        f"Wrong in silence: {last[SILENT]}.",
        "",
        f"| | | {' | '.join(OUTCOMES)} |",
        "|---|---|" + "---:|" * len(OUTCOMES),
        *rows,
        "",
        *(["What was not right:", ""] if faults else []),
        *(f"- file {seed}, {outcome}: {why}" for seed, outcome, why in faults),
        "",
        "```",
        json.dumps(last),
        "```",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
