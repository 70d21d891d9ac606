"""Whether every file is what the run read or made: it is read again, and its hash compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.files.digest import Digest, digest_of
from workbench.governance.checked import Check, State
from workbench.governance.run_evidence.evidence import MADE, KnownFile, Role, RunEvidence
from workbench.governance.run_evidence.seal import digest_of_json

_SHOWN = 12  # digits of a hash: enough to compare by eye


def checks_of_files(
    evidence: RunEvidence,
    folder: Path,
    *,
    others: Sequence[RunEvidence] = (),
    made_alone: bool = False,
) -> list[Check]:
    """Return a check for each file of a run.

    Parameters
    ----------
    evidence : RunEvidence
    folder : Path
        Where it stands now.
    others : sequence of RunEvidence
        Of other runs of that folder: what one of them made in the same place is no damage.
    made_alone : bool
        Leave out what the run read: of an earlier run, data have moved on.
    """
    files = evidence.of_role(*MADE) if made_alone else evidence.files
    return [_check(one, evidence, folder, others) for one in files]


def recipe_digest(content: bytes) -> str:
    """Return the SHA-256 of a model's recipe as canonical JSON; "" where there is none.

    Examples
    --------
    >>> recipe_digest(b'{"recipe": {"b": 1, "a": 2}}') == recipe_digest(b'{"recipe":{"a":2,"b":1}}')
    True
    """
    try:
        return digest_of_json(json.loads(content)["recipe"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def file_name(one: KnownFile) -> str:
    """Return how a file is called: what was made by where it stands, what was read as it was named.

    Examples
    --------
    >>> from workbench.governance.run_evidence.places import Place
    >>> place = Place("reports/card.json", "card.json", "/shop/reports/card.json")
    >>> file_name(KnownFile("card", place, Digest.of(b"")))
    'card.json'
    """
    seen = one.place.from_folder
    return seen if one.role in MADE and seen is not None else one.place.path


def _check(
    one: KnownFile, evidence: RunEvidence, folder: Path, others: Sequence[RunEvidence]
) -> Check:
    shown = file_name(one)
    what = f"{_WORDS[one.role]} of the run of {one.made[:10]}" if one.made else _WORDS[one.role]
    did = "left" if one.role in MADE else "read"
    asked = f"file {evidence.report} {shown}", f"Is {shown!r}, {what}, as the run {did} it?"
    path = one.find(folder)
    if path is None:
        said = f"It is not there any more; it was {one.place.absolute!r}."
        return Check(*asked, "blocked", said, _BACK)
    try:
        now = digest_of(path)
    except OSError as error:
        said = f"It cannot be read: {error.strerror or error}."
        return Check(*asked, "blocked", said, "Check again as somebody who may read it.")
    if now != one.digest:
        newer = _made_by(one, path, now, others)
        state, said, step = _changed(one, path, now) if newer is None else _newer(newer)
        return Check(*asked, state, said, step)
    if _is_of_another_model(one, evidence):
        own, other = (made[:10] or evidence.day for made in (one.made, _model_made(evidence)))
        said = f"It tells of the run of {own}; the model beside it is of the run of {other}."
        return Check(*asked, "needs repair", said, _ANEW[one.role])
    if one.changed:
        said = "It was changed while the run went on: the report may tell of either content."
        return Check(*asked, "blocked", said, "Run the notebook again.")
    return Check(*asked, "pass", f"{_sized(now)}, as on {one.made[:10] or evidence.day}.")


def _changed(one: KnownFile, path: Path, now: Digest) -> tuple[State, str, str]:
    said = f"{str(path)!r} has changed: {_sized(now)}, in place of {_sized(one.digest)}."
    return "blocked", said + _recipe(one, path), _BACK


def _newer(other: RunEvidence) -> tuple[State, str, str]:
    said = f"It is now that of {other.report!r}, made on {other.day}; this run's is gone."
    step = "Run the notebook again, with a folder of its own after --output."
    return "needs repair", said, step


def _is_of_another_model(one: KnownFile, evidence: RunEvidence) -> bool:
    has_model = bool(evidence.of_role("model"))
    return one.role in _ANEW and has_model and one.made != _model_made(evidence)


def _model_made(evidence: RunEvidence) -> str:
    """Return when the run's model was made, where an earlier run made it; else ""."""
    return next((one.made for one in evidence.of_role("model")), "")


def _made_by(
    one: KnownFile, path: Path, now: Digest, others: Sequence[RunEvidence]
) -> RunEvidence | None:
    """Return the other run that made what stands there now: two notebooks save one model.json."""
    for other in others:
        made = other.of_role(one.role) if one.role in MADE else []
        if any(its.digest == now and its.place.name == path.name for its in made):
            return other
    return None


def _recipe(one: KnownFile, path: Path) -> str:
    """Say of a changed model whether its recipe changed: how features are made."""
    if not one.recipe:
        return ""
    now = recipe_digest(path.read_bytes())
    if not now:
        return " It is no model file any more, and its recipe cannot be read."
    kept = "as it was" if now == one.recipe else "another one, too"
    return f" Its recipe, which says how features are made, is {kept}."


def _sized(digest: Digest) -> str:
    return f"{digest.size:,} bytes of SHA-256 {digest.sha256[:_SHOWN]}…"


_BACK = "Put it back as it was, or run the notebook again."
_ANEW: Mapping[Role, str] = {
    "card": "Run a notebook that shows a card and saves one.",
    "offers": "Run the notebook again with `offer`, or remove the file.",
}
"""What to do about a file that goes with the model, and is of an earlier run."""
_WORDS: Mapping[Role, str] = {
    "data": "data",
    "notebook": "the notebook",
    "governance": "the governance file",
    "report": "the report",
    "model": "the model",
    "offers": "the model of offers",
    "card": "the model's card",
}
