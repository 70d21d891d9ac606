"""What the benchmarks of large tables share: processes of their own, and how many rows."""

import argparse
import json
import os
import resource
import subprocess
import sys


def parser_of(doc, *, left_out):
    """Return a parser of ``--rows`` (`BENCH_ROWS` too), ``--streamed`` and ``--folder``."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    rows = int(os.environ.get("BENCH_ROWS", "100_000"))
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=rows)
    parser.add_argument("--streamed", action="store_true", help=f"leave out {left_out}")
    parser.add_argument("--folder", help="where tables and what is made of them are written")
    return parser


def in_its_own(script, *arguments):
    """Run a script in a process of its own, so that its peak is its own; return what it printed.

    Its last line is one JSON object.
    """
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def used():
    """Return what this process has used so far: seconds of cores, and GB at its peak."""
    found = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": found.ru_utime + found.ru_stime, "peak_gb": found.ru_maxrss * 1024 / 1e9}
