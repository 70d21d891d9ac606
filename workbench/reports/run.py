"""Running a notebook to a report: parametrised, with progress, all or nothing."""

from __future__ import annotations

import errno
import getpass
import os
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench import _lab
from workbench.errors import (
    DataWarning,
    MissingDataError,
    ParameterError,
    RunError,
    StoppedError,
    WorkbenchError,
)
from workbench.files.leftovers import own_prefix
from workbench.files.whole_file import whole_file
from workbench.governance.ledger import released
from workbench.governance.run_evidence.evidence import SUFFIX
from workbench.language import speaking
from workbench.reports.card_files import write_card
from workbench.reports.dated import MODEL_FILE, latest
from workbench.reports.evidence_file import Begun, Ended, evidence_of_run
from workbench.reports.headline import Headline
from workbench.reports.left import Left
from workbench.reports.publish import tidy
from workbench.reports.signs import Sign, Signs, remark_on, signs_in, stopping

with _lab.needed_for("Reports"):
    import nbformat

    from workbench.reports.execute import execute_or_keep, for_this_python
    from workbench.reports.export import export_report
    from workbench.reports.kernel import log_in
    from workbench.reports.parameters import check_known, parameters_of, read_notebook
    from workbench.reports.repeated import command_of, report_name
    from workbench.reports.translated import language_of

_ROUTER_FILE = "router.npz"
_OFFERS_FILE = "offers.npz"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOBODY = ('""', "''", "None")  # as a parameters cell writes that no author is named


@dataclass(frozen=True)
class Run:
    """What a finished run left.

    Parameters
    ----------
    report : Path
        The HTML report.
    model : Path or None
        The saved model, where the notebook saved one.
    headline : Headline or None
        What the report says first.
    seconds : float
    signs : Signs or None
        Those against the model; None where the notebook looks for none.
    stopped_by : tuple of Sign
        Those for which no model was kept.
    evidence : Path or None
        The file that `workbench.governance.status` reads.
    offers : Path or None
        The model of offers, where there is one.
    """

    report: Path
    model: Path | None
    headline: Headline | None
    seconds: float
    signs: Signs | None = None
    stopped_by: tuple[Sign, ...] = ()
    evidence: Path | None = None
    offers: Path | None = None


def run_notebook(
    notebook: str | Path,
    *,
    output: str | Path = "reports",
    parameters: Mapping[str, Any] | None = None,
    progress: bool | None = None,
    fail_on: Sequence[str] | None = (),
    dated: bool = False,
) -> Run:
    """Execute a notebook and leave its report, and its model, in a folder.

    Everything is made in a scratch folder inside `output`, and moved into place when
    all of it is there. A run that fails leaves the earlier report and model as they
    were.

    Parameters
    ----------
    notebook : path
        It has a code cell tagged ``parameters``.
    output : path
        The folder, made if need be. The report takes the notebook's name. A notebook
        with the parameter ``model_path`` is told where to save its model, as one with a
        ``router_path`` that is given is told where to save its router. One with an ``offer`` is
        told where to save the model of offers, ``offers.npz`` beside the report. One with
        ``previous_model`` is told where the earlier run's model is, and one with an
        empty ``author`` who is logged in. One with ``command`` is told what repeats the run.
    parameters : mapping, optional
        Values for the parameters cell.
    progress : bool, optional
        Show a bar on stderr, naming the section being run; by default on a terminal.
    fail_on : sequence of str, optional
        Of `signs.CONDITIONS`: where a sign of them is there, the report takes its place, and
        the model does not. None: "leak" and "perfect", where the notebook looks for them.
    dated : bool
        Keep report and model in a folder of the day, too, wherever else the model is to stand.

    Returns
    -------
    Run

    Raises
    ------
    MissingDataError
        There is no such notebook.
    ParameterError
        A parameter is not in the notebook, or the output folder cannot be made.
    RunError
        A cell failed, or the kernel died; the message names the cell and the partial
        notebook.
    StoppedError
        A condition of `fail_on` holds. Its ``run`` is what there is.

    Warns
    -----
    DataWarning
        A model was saved, and nothing looked for signs against it.
    """
    source, folder = Path(notebook), Path(output)
    if not os.path.isfile(source):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(f"There is no notebook {str(source)!r}. Check the path.")
    called = report_name(source)
    _check_free(folder, called)
    begun, start = datetime.now().astimezone(), time.monotonic()
    with _scratch_in(folder) as scratch:
        executed, report = scratch / source.name, scratch / f"{called}.html"
        partial = folder / f"{called}-failed.ipynb"
        asked = parameters or {}
        wanted = {name: asked.get(name) for name in ("model_path", "offers_path")}
        prepared = scratch / "prepared.ipynb"
        for_this_python(source, prepared)
        again = command_of(source, parameters or {}, output=folder, fail_on=fail_on, dated=dated)
        given = _with_places(
            prepared, parameters or {}, folder=folder, name=source.name, command=again
        )
        started = Begun.now(
            source,
            folder,
            parameters or {},
            filled=given,
            defaults=_defaults(prepared, name=source.name),
            moment=begun,
            fail_on=fail_on,
            dated=dated,
        )
        execute_or_keep(prepared, executed, partial, given, progress=progress)
        ran = nbformat.read(executed, as_version=4)
        signs = signs_in(ran)
        stopped_by = stopping(signs, fail_on, name=source.name)
        with speaking(language_of(ran)):
            remark = remark_on(stopped_by)
        try:
            headline = export_report(executed, report, ledger=folder, remark=remark)
        except RunError as error:
            executed.replace(partial)
            raise RunError(f"{error}\nThe executed notebook is {partial}.") from None
        model, offers = scratch / MODEL_FILE, scratch / _OFFERS_FILE
        if stopped_by:
            model.unlink(missing_ok=True)
            offers.unlink(missing_ok=True)
        card = [] if stopped_by else _card(ran, scratch, folder, report.name)
        _warn_of_the_unseen(model, signs, fail_on, name=source.name)
        ended = Ended(log_in(scratch), signs, stopped_by, has_card=bool(card))
        evidence = evidence_of_run(started, ended)
        saved = [one if one.is_file() else None for one in (model, offers)]
        made = Left(report, saved[0], card, evidence, saved[1])
        places = made.published(folder, wanted, begun if dated else None)
        if not stopped_by:
            _put_router(scratch / _ROUTER_FILE, asked.get("router_path"))
        with suppress(OSError):  # of an earlier run: what it shows is mended, or never was there
            partial.unlink()
    finished = Run(
        places.report,
        places.model,
        headline,
        time.monotonic() - start,
        signs,
        tuple(stopped_by),
        places.evidence,
        places.offers,
    )
    if stopped_by:
        raise StoppedError(stopped(finished, earlier=folder / MODEL_FILE), finished)
    return finished


def stopped(run: Run, *, earlier: Path) -> str:
    """Say for which signs no model was kept, a line each, and what became of the files."""
    kept = f", and {str(earlier)!r} is as it was" if earlier.is_file() else ""
    last = (
        f"No model was written{kept}: {str(run.report)!r} says why. Where a sign is no fault, "
        "leave its word out of `fail_on`."
    )
    return "\n".join([*map(str, run.stopped_by), last])


def _warn_of_the_unseen(
    model: Path, signs: Signs | None, fail_on: Sequence[str] | None, *, name: str
) -> None:
    """Say that a model goes out into the world which nothing looked at, by default."""
    if fail_on is None and signs is None and model.is_file():
        warnings.warn(
            f"{name} shows no signs against its model, so that none can stop it: let a cell end "
            "with `workbench.reports.signs_against(…)`.",
            DataWarning,
            stacklevel=3,
        )


@contextmanager
def _scratch_in(folder: Path) -> Iterator[Path]:
    # inside the folder, so that moving into place is a rename on one file system
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tidy(folder)
        with tempfile.TemporaryDirectory(
            prefix=own_prefix(), dir=folder, ignore_cleanup_errors=True
        ) as scratch:
            yield Path(scratch)
    except WorkbenchError as error:  # some of them are errors of the system, too
        if isinstance(error, ParameterError) and isinstance(error.__cause__, OSError):
            raise _unwritable(folder, error.__cause__) from None  # not of a name in the scratch
        raise
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> ParameterError:
    said = f"`output` must be a folder that can be written to; {str(folder)!r} is not: "
    if error.errno in _NO_ROOM:
        return ParameterError(
            f"{said}{error.strerror}. Nothing earlier was overwritten. Make room, or choose "
            "another."
        )
    return ParameterError(f"{said}{error.strerror or error}. Choose another.")


def _check_free(folder: Path, name: str) -> None:
    """Raise ParameterError where a folder has the name of a file that the run makes."""
    for file_name in (f"{name}.html", MODEL_FILE, f"{name}{SUFFIX}"):
        if os.path.isdir(folder / file_name):  # noqa: PTH112 - a path may be too long to ask for
            raise ParameterError(
                f"`output` must be a folder where files can be written; {str(folder / file_name)!r}"
                " is a folder itself. Choose another, or rename that one."
            )


def _with_places(
    prepared: Path, parameters: Mapping[str, Any], *, folder: Path, name: str, command: str
) -> dict[str, Any]:
    known = parameters_of(read_notebook(prepared), name=name)
    check_known(parameters, known, name=name)
    own = folder / MODEL_FILE
    earlier = own if own.is_file() else latest(folder, MODEL_FILE)
    places = {
        # not resolved: it is a link to what another run may put in its place
        "previous_model": None if earlier is None else str(earlier.absolute()),
        "command": command,
    }
    if "author" in known and known["author"].default in _NOBODY:
        places["author"] = _login()
    given = {**{place: places[place] for place in places if place in known}, **parameters}
    if "model_path" in known and given.get("model_path", "") is not None:
        # wherever it is to stand: what is to stop a run is known only afterwards
        given["model_path"] = str((prepared.parent / MODEL_FILE).resolve())
    if "router_path" in known and given.get("router_path") is not None:
        given["router_path"] = str((prepared.parent / _ROUTER_FILE).resolve())
    has_offers = given.get("offer") is not None and given.get("offers_path", "") is not None
    if "offers_path" in known and has_offers:
        given["offers_path"] = str((prepared.parent / _OFFERS_FILE).resolve())
    return given


def _put_router(made: Path, wanted: Any) -> None:
    """Let a router take the place that was asked for, readable by its owner alone."""
    if wanted is None or not made.is_file():
        return
    with whole_file(Path(wanted), name="`router_path`", private=True) as unfinished:
        unfinished.write_bytes(made.read_bytes())


def _login() -> str:
    """Return who is logged in, unless that is nobody in particular."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return ""
    return "" if name in {"root", "nobody"} else name


def _card(ran: Any, scratch: Path, folder: Path, report: str) -> list[Path]:
    """Write the card in the reader's language, with what has left the folder by now."""
    with speaking(language_of(ran)):
        return write_card(ran, scratch, left=released(folder, report))


def _defaults(prepared: Path, *, name: str) -> dict[str, str]:
    known = parameters_of(read_notebook(prepared), name=name)
    return {one.name: one.default for one in known.values()}
