"""Whether a run is still in order, as far as people, dates and versions tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from workbench import __version__
from workbench.errors import SchemaError
from workbench.governance.checked import Check
from workbench.governance.papers.governance import Governance
from workbench.governance.papers.paper_checks import plainly
from workbench.governance.regulation import Regulation
from workbench.governance.run_evidence.evidence import RunEvidence

_MOVED = ("objections",)  # looks for a file beside the governance file, which is a check of its own
_ASKED = "paper "  # of what is not answered, before the name of its key
RETENTION = "retention-date"


def checks_of_run(evidence: RunEvidence, today: dt.date) -> list[Check]:
    """Return what is asked of a run besides its files.

    Parameters
    ----------
    evidence : RunEvidence
    today : date
    """
    asked = (_papers, _author, _regulation, _signs, _release, _sources, _version)
    return [_of_report(check, evidence.report) for ask in asked for check in ask(evidence, today)]


def checks_of_retention(evidence: RunEvidence, today: dt.date) -> list[Check]:
    """Return whether an earlier run may still be kept."""
    checks = (_of_report(check, evidence.report) for check in _said(evidence, today))
    return [check for check in checks if check.name.startswith(RETENTION)]


def _of_report(check: Check, report: str) -> Check:
    return replace(check, name=f"{check.name} {report}")


def _papers(evidence: RunEvidence, today: dt.date) -> Iterator[Check]:
    if evidence.governance is not None:
        yield from _said(evidence, today)
    elif evidence.of_role("model"):
        yield Check(
            "papers",
            "Is it said who answers for the model?",
            "needs repair",
            "The run had no governance file.",
            "Write one by `workbench new governance.toml`, and name it with --governance.",
        )


def _said(evidence: RunEvidence, today: dt.date) -> list[Check]:
    """Return the checks of the governance file as it was when the run read it."""
    if evidence.governance is None:
        return []
    said = dict(evidence.governance)
    file = Path(str(said.pop("file", "") or "governance.toml"))
    said.pop("sha256", None)
    try:
        checks = replace(Governance.of(said), path=file).checks(today)
    except SchemaError as error:
        step = "Run the notebook again."
        return [Check("papers", "Can the papers be read?", "needs repair", str(error), step)]
    asked = [check for check in checks if check.name.startswith(_ASKED)]
    rest = [check for check in checks if check not in asked and check.name not in _MOVED]
    return [*rest, *_unanswered(asked, file.name)]


def _unanswered(asked: Sequence[Check], file: str) -> Iterator[Check]:
    """Say in one check what the file leaves open, each by the name of its key."""
    if asked:
        keys = ", ".join(check.name.removeprefix(_ASKED) for check in asked)
        yield Check(
            "papers",
            "Is every question about the model answered?",
            "needs repair",
            f"{file} does not say: {keys}.",
            f"Answer them in {file}, and run the notebook again.",
        )


def _author(evidence: RunEvidence, _: dt.date) -> Iterator[Check]:
    """Compare who approves with who is named in the report; the file's own author is compared."""
    people = (evidence.governance or {}).get("people") or {}
    approver, author = people.get("approver") or "", evidence.author
    if approver and author and plainly(author) != plainly(people.get("author") or ""):
        asked = "four-eyes-report", "Does somebody else approve the model than the report's author?"
        if plainly(author) == plainly(approver):
            said = f"{author} is the author that the report names, and the approver."
            step = "Let somebody else approve it: `people.approver` in the governance file."
            yield Check(*asked, "blocked", said, step)
        else:
            yield Check(*asked, "pass", f"{approver} approves it; the report names {author}.")


def _regulation(evidence: RunEvidence, today: dt.date) -> Iterator[Check]:
    """Ask whether the table that the run went by is still recent, whatever is installed now."""
    if evidence.regulation:
        dated = dt.date.fromisoformat(evidence.regulation)
        yield Regulation(pd.DataFrame(), dated).check(today)


def _signs(evidence: RunEvidence, _: dt.date) -> Iterator[Check]:
    asked = "signs", "Does nothing speak against the model?"
    said = " ".join(dict.fromkeys([*evidence.stopped_by, *evidence.signs]))
    if evidence.stopped_by:
        step = "Mend that and run again: until then the model is that of an earlier run, or none."
        yield Check(*asked, "needs repair", f"The run kept no model. {said}", step)
    elif evidence.signs:
        yield Check(*asked, "needs a person", said, "Decide whether it may be used all the same.")
    elif evidence.looked_at:
        looked = f"No sign was found. Looked at: {', '.join(evidence.looked_at)}."
        yield Check(*asked, "pass", looked)
    elif evidence.of_role("model"):
        unseen = "The run looked for no sign against its model: whether there is one is not known."
        step = "Show `reports.signs_against(…)` in the notebook, and run it again."
        yield Check(*asked, "needs a person", unseen, step)
    else:
        yield Check(*asked, "not applicable", "The run made no model.")


def _release(evidence: RunEvidence, _: dt.date) -> Iterator[Check]:
    if evidence.release == "exact":
        yield Check(
            "release",
            "May the report leave the house?",
            "needs a person",
            "It has exact statistics: single customers can be recovered from them.",
            "Keep it inside, or run again without `release`.",
        )


def _sources(evidence: RunEvidence, _: dt.date) -> Iterator[Check]:
    asked = "sources", "Can all data be read again and compared?"
    if evidence.others:
        said = f"Cannot be re-verified: {'; '.join(evidence.others)}."
        step = "Ask who keeps it whether it has changed since."
        yield Check(*asked, "needs a person", said, step)
    elif not evidence.of_role("data"):
        said = "It is not known what the run read: no file was named, and none was read by `load`."
        step = "Read data by `workbench.load`, or name the file in a parameter."
        yield Check(*asked, "needs a person", said, step)


def _version(evidence: RunEvidence, _: dt.date) -> Iterator[Check]:
    asked = "version", "Would this version repeat the run?"
    if evidence.workbench == __version__:
        yield Check(*asked, "pass", f"Version {__version__} made it, and is installed.")
    else:
        said = f"Version {evidence.workbench} made it; {__version__} is installed."
        step = f"Install marketing-workbench=={evidence.workbench} to repeat it as it was."
        yield Check(*asked, "needs a person", said, step)
