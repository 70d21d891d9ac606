"""What has left a folder before: one line a content, by marks that tell nothing of it.

Noise is drawn once for each content, so a file that is exported again is the same look at the
customers; another content is one look more. With k looks, what a customer moves grows by k^½.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from workbench._whole_file import whole_file
from workbench.errors import SchemaError

NAME = "released.json"


def record(folder: Path, marks: Iterable[str], *, report: str) -> int:
    """Keep the marks of a report, and return how many other contents left before.

    Parameters
    ----------
    folder : Path
        Of the reports.
    marks : iterable of str
        Of the contents of this one's views.
    report : str
        Its name: of the same content under another name there is nothing new.

    Raises
    ------
    SchemaError
        The ledger cannot be read.
    """
    path, now = folder / NAME, sorted(set(marks))
    if not now:
        return 0
    lines = _read(path) if path.is_file() else []
    known = {line["mark"] for line in lines if line["report"] == report}
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = [{"mark": m, "report": report, "at": moment} for m in now if m not in known]
    if fresh:
        with whole_file(path) as unfinished:
            unfinished.write_text(json.dumps([*lines, *fresh], indent=1), encoding="utf-8")
    return len(known - set(now))


def _read(path: Path) -> list[dict[str, str]]:
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))
        return [{name: str(line[name]) for name in ("mark", "report", "at")} for line in lines]
    except (ValueError, KeyError, TypeError):
        raise SchemaError(
            f"The ledger of what was released must be as it was written; {str(path)!r} cannot be "
            "read. Restore it, or move it away: then earlier files are not counted."
        ) from None
