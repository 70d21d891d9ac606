"""`workbench check FOLDER`: everything that finished runs left, looked at again."""

from __future__ import annotations

import argparse

from workbench.cli.outcome import print_plain

BLOCKED = 2


def act(options: argparse.Namespace) -> int:
    """Print what was found, the open questions first, and return the exit code.

    Parameters
    ----------
    options : Namespace
        With ``folder``, and ``json`` where the checks are to be one JSON object.
    """
    from workbench.governance import status

    found = status(options.folder)
    code = BLOCKED if found.state == "blocked" else 0
    if getattr(options, "json", False):
        print_plain({"exit_code": code, **found.to_dict()})
    else:
        print(found)
    return code
