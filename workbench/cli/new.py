"""`workbench new`: a copy of a template, a proposed declaration, a governance file; all to edit."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.cli.options import DECLARED
from workbench.cli.words import options_of
from workbench.errors import ParameterError
from workbench.files.shipped import notebook_path

HELP = "copy a template, propose a campaigns.toml for a folder, or begin a governance.toml; to edit"
NEEDS: tuple[str, ...] = ()
GOVERNANCE = "governance"
"""How the name of a governance file begins: another *.toml declares campaign tables."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench new`."""
    add = parser.add_argument
    add(
        "template",
        help="such as propensity; or campaigns.toml, which --from proposes; or governance.toml, "
        "which says who answers for a model",
    )
    add("copy", metavar="NOTEBOOK", nargs="?", help="of a template: such as mine.ipynb")
    add("--from", metavar="FOLDER", dest="folder", help="the tables, for a campaigns.toml")
    add("--force", action="store_true", help="overwrite a file of that name")
    parser.set_defaults(words=options_of(parser, name="the template") | {"folder": "--from"})


def act(options: argparse.Namespace) -> None:
    """Write the file whole, or not at all."""
    if _is_governance(options.template):
        _begin_governance(options)
    elif options.template.casefold().endswith(DECLARED):
        _propose(options)
    else:
        _copy(options)


def _is_governance(name: str) -> bool:
    begins = Path(name).name.casefold().startswith(GOVERNANCE)
    return begins and name.casefold().endswith(DECLARED)


def _begin_governance(options: argparse.Namespace) -> None:
    file = Path(options.template)
    if options.copy is not None or options.folder is not None:
        raise ParameterError(f"{file} is written from nothing else: name no copy, and no `folder`.")
    from workbench.governance.papers.template import template

    _write(file, template().encode(), force=options.force)
    print(
        f"{file}: answer its questions; then `workbench run propensity --governance {file}` keeps "
        "them with the model."
    )


def _copy(options: argparse.Namespace) -> None:
    if options.folder is not None:
        raise ParameterError(
            "`folder` looks at tables, for a file such as campaigns.toml; a template needs none. "
            "Leave it out."
        )
    if options.copy is None:
        raise ParameterError("A template needs the name of its copy, such as mine.ipynb.")
    copy = Path(options.copy)
    if copy.suffix != ".ipynb":
        raise ParameterError(f"The copy must be a notebook, *.ipynb; got {options.copy!r}.")
    template = notebook_path(f"{options.template}.ipynb")
    _write(copy, template.read_bytes(), force=options.force)
    print(f"{copy}: open it with `jupyter lab {copy}`, run it with `workbench run {copy}`.")


def _propose(options: argparse.Namespace) -> None:
    declaration = Path(options.template)
    if options.copy is not None or options.folder is None:
        raise ParameterError(
            f"{declaration} is proposed from a folder of tables: name the folder, `folder`, and no "
            f"copy. The name of a governance file begins with {GOVERNANCE!r}."
        )
    _check_free(declaration, force=options.force)
    from workbench.tables.declared.proposal import propose

    proposed = propose(options.folder, home=declaration.parent)
    _write(declaration, proposed.text.encode(), force=options.force)
    print(proposed)
    first = "answer what is to answer, and " if proposed.open else ""
    then = f"`workbench run propensity --data {declaration}`"
    print(f"{declaration}: {first}check the guesses; then {then}.")


def _check_free(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise ParameterError(
            f"{file} is there already, and is not overwritten. Choose another name, or --force."
        )


def _write(file: Path, content: bytes, *, force: bool) -> None:
    from workbench.files.whole_file import whole_file

    _check_free(file, force=force)
    with whole_file(file) as unfinished:
        unfinished.write_bytes(content)
