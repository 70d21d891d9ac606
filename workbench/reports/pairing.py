"""Which model a report tells of, and which report a model belongs to: each names the other.

The report holds the checksum of its model; the model holds the SHA-256 of its report as it
is without that checksum, which is known only afterwards.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.ridge.export import model_json
from workbench.ridge.export.model_schema import first_fault

_PLACE = re.compile(rb'(<meta content=")([^"]*)(" name="workbench-model")')
_NOBODY = b"none"
NETWORK = "NetworkPropensity"
JOINED = ("RidgePropensity", "RidgeUplift", NETWORK)
"""Models that a report tells of."""


def join(report: Path, model: Path) -> None:
    """Let a finished report and the model of its run name each other.

    Files of another kind under these names stay as they are.
    """
    html = report.read_bytes()
    try:
        content = json.loads(model.read_text("utf-8"))
    except ValueError:
        return
    if not isinstance(content, dict) or content.get("model") not in JOINED:
        return
    content["report"] = {"name": report.name, "sha256": _digest(html)}
    model_json.write(content, model, fault_of=_fault_of(content["model"]))
    seal = json.loads(model.read_text("utf-8"))["checksum"].encode()
    report.write_bytes(_PLACE.sub(rb"\g<1>" + seal + rb"\g<3>", html, count=1))


def _fault_of(kind: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Return what knows a file of that kind."""
    if kind != NETWORK:
        return first_fault
    from workbench.networks import network_json  # rare, and slower to import

    return network_json.first_fault


def mismatch(model: Path) -> str | None:
    """Say that the report beside a model tells of another one; None where it does not.

    A model that was moved alone, or never had a report, says nothing.

    Examples
    --------
    >>> mismatch(Path("nowhere/model.json")) is None
    True
    """
    try:
        content = json.loads(model.read_text("utf-8"))
        named = content.get("report") or {}
        report = model.parent / Path(str(named.get("name", ""))).name
        html = report.read_bytes() if report.is_file() else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None  # whoever reads the model says what is wrong with it
    if html is None:
        return None
    found = _PLACE.search(html)
    names_it = found is not None and found[2].decode() == content.get("checksum")
    if names_it and _digest(html) == named.get("sha256"):
        return None
    return (
        f"{str(report)!r} and {str(model)!r} are not of one run: the report tells of another "
        "model, or was edited. Run the notebook again, to have both."
    )


def _digest(html: bytes) -> str:
    return hashlib.sha256(_PLACE.sub(rb"\g<1>" + _NOBODY + rb"\g<3>", html, count=1)).hexdigest()
