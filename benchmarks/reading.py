"""Whether strangers' files are read rightly, refused in words, or wrong in silence.

`BENCH_FILES` files (400) of the zoo (`benchmarks/zoo`), and as many from each of three other
seeds: encodings, separators, decimal marks, spellings of dates, words for missing, money and per
cent, and what exports put around a table. The zoo knows what each means. A file is right if every
column has its kind and every value; it is refused in words if it is not read, or if nothing is
wrong but columns that nobody can know are left as text with a note. Prints a table; the last line
is one JSON object. At full size both are written to benchmarks/results/reading.md.
"""

import json
import os
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from tqdm.auto import tqdm
from zoo.files import specimen
from zoo.judge import REFUSED, RIGHT, SAID, SILENT, judge

from workbench import __version__

FILES = int(os.environ.get("BENCH_FILES", "400"))
SEEDS = (0, 10_000, 20_000, 30_000)
RESULTS = Path(__file__).parent / "results" / "reading.md"
OUTCOMES = (RIGHT, REFUSED, SAID, SILENT)


@dataclass
class Tally:
    """What came of the files from one seed on."""

    seed: int
    counts: Counter = field(default_factory=Counter)
    by_trait: defaultdict = field(default_factory=lambda: defaultdict(Counter))
    faults: list = field(default_factory=list)

    def add(self, number):
        """Make a file, read it, and note what came."""
        made = specimen(number)
        outcome, why = judge(made)
        self.counts[outcome] += 1
        for trait in ("encoding", "accident", "separator"):
            self.by_trait[trait, made.traits[trait].replace("\t", "tab") or "(none)"][outcome] += 1
        if outcome in (SAID, SILENT):
            said = "; ".join(f"{where}: {what}" for where, what in why[:2])
            self.faults.append((number, outcome, said))

    def summary(self):
        """Return the counts, and the share that is right or refused."""
        good = self.counts[RIGHT] + self.counts[REFUSED]
        return {
            "seed": self.seed,
            **{outcome: self.counts[outcome] for outcome in OUTCOMES},
            "right_or_refused": round(good / FILES, 4),
        }


def main():
    """Read the zoo, print what came of it, and keep it."""
    began = time.perf_counter()
    tallies = [Tally(seed) for seed in SEEDS]
    for tally in tallies:
        for number in tqdm(range(tally.seed, tally.seed + FILES), leave=False):
            tally.add(number)
    table = pd.DataFrame(tallies[0].by_trait).T.reindex(columns=list(OUTCOMES)).fillna(0)
    table = table.astype(int).sort_index()
    faults = [fault for tally in tallies for fault in tally.faults]
    first, *others = (tally.summary() for tally in tallies)
    seconds = round(time.perf_counter() - began, 1)
    last = {"files": FILES, **first, "other_seeds": others, "seconds": seconds}
    print(table.to_string())
    print("\n".join(f"{number}: {outcome}: {why}" for number, outcome, why in faults))
    print(json.dumps(last))
    if FILES >= 400:
        RESULTS.write_text(_report(table, faults, [first, *others], last), encoding="utf-8")


def _report(table, faults, summaries, last):
    lines = [
        "# Strangers' files",
        "",
        f"`make bench-reading`, version {__version__}, {datetime.now(UTC):%Y-%m-%d}.",
        f"{FILES} files of `benchmarks/zoo` from each of {len(SEEDS)} seeds; the generator knows",
        "what each means.",
        "",
        f"| seed | {' | '.join(OUTCOMES)} | right or refused |",
        "|---:|" + "---:|" * (len(OUTCOMES) + 1),
        *(
            f"| {one['seed']:,} | {' | '.join(str(one[o]) for o in OUTCOMES)} | "
            f"{one['right_or_refused']:.2%} |"
            for one in summaries
        ),
        "",
        "By what they are, of the first seed:",
        "",
        f"| | | {' | '.join(OUTCOMES)} |",
        "|---|---|" + "---:|" * len(OUTCOMES),
        *(
            f"| {trait} | {value.replace('|', chr(92) + '|')} | {' | '.join(map(str, row))} |"
            for (trait, value), row in zip(table.index, table.to_numpy(), strict=True)
        ),
        "",
        *(["What was not right:", ""] if faults else []),
        *(f"- file {number}, {outcome}: {why}" for number, outcome, why in faults),
        "",
        "```",
        json.dumps(last),
        "```",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
