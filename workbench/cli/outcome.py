"""What a command has to say for programs: one JSON object, whatever became of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from workbench.cli.words import as_typed

if TYPE_CHECKING:
    from workbench.reports.run import Run

JSON = "--json"


def print_run(finished: Run, words: Mapping[str, str], *, error: str = "", code: int = 0) -> None:
    """Print what a run left: its files, its headline, the signs against its model.

    Parameters
    ----------
    finished : Run
    words : mapping
        How sentences name what was typed.
    error : str
        Why no model was kept.
    code : int
        With which the process ends.
    """
    headline = {} if finished.headline is None else finished.headline.to_dict()
    signs = finished.signs
    found = [] if signs is None else [asdict(replace(s, local="")) for s in signs.found]
    looked_at = [] if signs is None else list(signs.looked_at)
    told = {
        "exit_code": code,
        **({"error": error} if error else {}),
        "report": str(finished.report),
        "model": None if finished.model is None else str(finished.model),
        **{name: headline.get(name) for name in ("title", "sentence", "about", "figures")},
        "facts": dict(headline.get("facts", ())),
        "signs": [
            {name: as_typed(text, words) for name, text in one.items() if name != "local"}
            for one in found
        ],
        "looked_at": looked_at,
        "stopped_by": [sign.name for sign in finished.stopped_by],
        "seconds": round(finished.seconds, 3),
    }
    print_plain(told)


def print_plain(told: Mapping[str, Any]) -> None:
    """Print a JSON object, with null for what is no number."""
    print(json.dumps(_plain(dict(told)), indent=1))


def print_error(code: int, said: str) -> None:
    """Print why nothing was done."""
    print(json.dumps({"exit_code": code, "error": said}))


def _plain(value: Any) -> Any:
    """Write what is no number as null: JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
