"""`workbench new`: copy a template to a notebook of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.cli.words import options_of
from workbench.errors import ParameterError
from workbench.files.shipped import notebook_path

HELP = "copy a template, to edit"
NEEDS: tuple[str, ...] = ()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench new`."""
    parser.add_argument("template", help="such as propensity")
    parser.add_argument("copy", metavar="NOTEBOOK", help="such as mine.ipynb")
    parser.add_argument("--force", action="store_true", help="overwrite a file of that name")
    parser.set_defaults(words=options_of(parser, name="the template"))


def act(options: argparse.Namespace) -> None:
    """Copy it whole, or not at all."""
    from workbench.files.whole_file import whole_file

    copy = Path(options.copy)
    if copy.suffix != ".ipynb":
        raise ParameterError(f"The copy must be a notebook, *.ipynb; got {options.copy!r}.")
    if copy.exists() and not options.force:
        raise ParameterError(
            f"{copy} is there already, and is not overwritten. Choose another name, or --force."
        )
    template = notebook_path(f"{options.template}.ipynb")
    with whole_file(copy) as unfinished:
        unfinished.write_bytes(template.read_bytes())
    print(f"{copy}: open it with `jupyter lab {copy}`, run it with `workbench run {copy}`.")
