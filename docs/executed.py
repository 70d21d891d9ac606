"""Run every template on the sample, for the site: `make site`. The pages of `make docs` need none.

The reports are put where `conf.py` finds them, below `_build`.
"""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import workbench
from workbench.cli.templates import template_files
from workbench.files.shipped import data_path

FOLDER = Path(__file__).parent / "_build" / "executed" / "executed"
SAMPLE = {"source": str(data_path("campaigns.toml"))}
SET = {"shift": {**SAMPLE, "earlier": 4}, "experiment": {"margin": 25.0}, "texts": {}}
"""The sample has eight campaigns: with six to learn from, one would be left to judge. It has no
control group, and no texts: those that are made up for these templates stand in for it."""
OF_SPARK = ("cluster",)
"""These run where PySpark and Java are; the site is made without them, too."""


def main() -> None:
    """Run each, and keep its report under the template's name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    there = shutil.which("java") is not None and find_spec("pyspark") is not None
    for name in (path.stem for path in template_files()):
        if name in OF_SPARK and not there:
            sys.stderr.write(f"{name} is left out: PySpark or Java is not installed.\n")
            continue
        run = workbench.run(
            name,
            author="Marketing Workbench",
            fail_on="none",
            output=FOLDER.parents[1] / "runs",
            **SET.get(name, SAMPLE),
        )
        (FOLDER / f"{name}.html").write_bytes(run.report.read_bytes())


if __name__ == "__main__":
    main()
