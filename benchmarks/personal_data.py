"""Whether personal data are found in strangers' tables, and how much else is taken for them.

`BENCH_TABLES` tables (40) of `benchmarks/strangers`, and as many with other headers, names and
seeds, held out: German and English, with look-alikes that are nobody's; then two lots with headers
of public programs. A column is found if its class is: a direct identifier or a special category
must be left out, a proxy must be named. Prints a table; the last line is one JSON object. At full
size both are written to benchmarks/results/personal_data.md.
"""

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from strangers.tables import PUBLIC, made_table, public_table

from workbench import __version__
from workbench.reading.personal.find import find_personal

TABLES = int(os.environ.get("BENCH_TABLES", "40"))
RESULTS = Path(__file__).parent / "results" / "personal_data.md"
TUNED, HELD_OUT = "tuned on", "held out"
PUBLIC_ONE, PUBLIC_TWO = "public, first lot", "public, second lot"
FIRST_LOOK = {
    HELD_OUT: "99.0%, 100%",
    PUBLIC_ONE: "73.6%, 100%",
    PUBLIC_TWO: "90.1%, 100%",
}
"""Recall and precision when a lot was looked at for the first time, before any rule knew it."""

ABOUT = """Forty tables
that the rules were tuned on; forty that were held out, with other headers, names and seeds, but
written along with the first; and two lots with headers of public programs, looked up when the rules
stood. After the first look at each public lot, the kinds of fault found in it were mended: only its
first look says what to expect of a table that nobody has seen. Values are made up everywhere; names
of people are of Faker's lists, those of the rules are not."""
LEFT_OUT = ("direct identifier", "special category")


@dataclass
class Tally:
    """Columns that are, that are found, and that are both; by kind, and each that is wrong."""

    columns: int = 0
    hits: Counter = field(default_factory=Counter)
    missed: Counter = field(default_factory=Counter)
    wrong: Counter = field(default_factory=Counter)
    kinds_right: int = 0
    faults: list = field(default_factory=list)

    def add(self, made):
        """Look at a table, and note what was found of it."""
        found = find_personal(made.data)
        self.columns += len(made.truth)
        for name, (class_, kind) in made.truth.items():
            finding = found.get(name)
            said = "" if finding is None else finding.class_
            self._add(made.name, name, (class_, kind), said, finding)

    def _add(self, table, name, truth, said, finding):
        is_so, is_said = _sort(truth[0]), _sort(said)
        if is_so == is_said:
            if is_so:
                self.hits[is_so, truth[1]] += 1
                self.kinds_right += finding.kind == truth[1]
            return
        if is_so:
            self.missed[is_so, truth[1]] += 1
        if is_said:
            self.wrong[is_said, finding.kind] += 1
        self.faults.append(
            (table, name, truth[1] or "nothing", finding.kind if finding else "nothing")
        )

    def rates(self, sort):
        """Return recall and precision of what must be left out, or of proxies."""
        hits = sum(n for (s, _), n in self.hits.items() if s == sort)
        missed = sum(n for (s, _), n in self.missed.items() if s == sort)
        wrong = sum(n for (s, _), n in self.wrong.items() if s == sort)
        return {
            "are": hits + missed,
            "found": hits,
            "wrong": wrong,
            "recall": round(hits / max(hits + missed, 1), 4),
            "precision": round(hits / max(hits + wrong, 1), 4),
        }


def _sort(class_):
    return "left out" if class_ in LEFT_OUT else class_


def tally(*, held_out, tables=TABLES):
    """Look at all tables of one set."""
    counts = Tally()
    for number in range(tables):
        counts.add(made_table(number, held_out=held_out))
    return counts


def tally_of_public(*, later):
    """Look at the tables whose headers are of public programs, the first or the later lot."""
    counts = Tally()
    for number in range(len(PUBLIC[later])):
        counts.add(public_table(number, later=later))
    return counts


def report(lots):
    """Write all lots as tables of Markdown."""
    lines = [
        "| tables | columns | what | are | found | wrongly | recall | precision | at first look |"
    ]
    lines.append("|---|---:|---|---:|---:|---:|---:|---:|---|")
    for name, (count, counts) in lots.items():
        for sort in ("left out", "proxy"):
            r = counts.rates(sort)
            first = FIRST_LOOK.get(name, "") if sort == "left out" else ""
            lines.append(
                f"| {count} {name} | {counts.columns} | {sort} | {r['are']} | {r['found']} | "
                f"{r['wrong']} | {r['recall']:.1%} | {r['precision']:.1%} | {first} |"
            )
    of = [counts for _, counts in lots.values()]
    lines += ["", "By kind, found of those that are:", "", f"| kind | {' | '.join(lots)} |"]
    lines.append("|---|" + "---:|" * len(lots))
    for key in sorted({key for c in of for key in (*c.hits, *c.missed)}):
        cells = [f"{c.hits[key]} of {c.hits[key] + c.missed[key]}" for c in of]
        lines.append(f"| {key[1]} | {' | '.join(cells)} |")
    lines += ["", "What was missed, or wrongly found:", ""]
    for counts in of:
        lines += [
            f"- {table}, `{name}`: is {truth}, was taken for {said}"
            for table, name, truth, said in counts.faults
        ]
    return "\n".join(lines)


def main():
    """Look at all lots, or with `--tuning` at the one that may be tuned on."""
    if "--tuning" in sys.argv:
        sys.stdout.write(report({TUNED: (TABLES, tally(held_out=False))}) + "\n")
        return
    lots = {
        TUNED: (TABLES, tally(held_out=False)),
        HELD_OUT: (TABLES, tally(held_out=True)),
        PUBLIC_ONE: (len(PUBLIC[0]), tally_of_public(later=False)),
        PUBLIC_TWO: (len(PUBLIC[1]), tally_of_public(later=True)),
    }
    text = report(lots)
    first = lots[TUNED][1]
    summary = {
        **{key: first.rates("left out")[key] for key in ("recall", "precision")},
        "tables": TABLES,
        "columns": first.columns,
        "held_out": lots[HELD_OUT][1].rates("left out"),
        "public": [lots[name][1].rates("left out") for name in (PUBLIC_ONE, PUBLIC_TWO)],
        "proxies": first.rates("proxy"),
    }
    print(f"{text}\n\n{json.dumps(summary)}")
    if TABLES == 40:
        head = (
            f"# Personal data in strangers' tables\n\n`make bench-personal_data`, version "
            f"{__version__}, {datetime.now(UTC):%Y-%m-%d}. {ABOUT}\n\n"
        )
        RESULTS.write_text(f"{head}{text}\n\n```json\n{json.dumps(summary)}\n```\n", "utf-8")


if __name__ == "__main__":
    main()
