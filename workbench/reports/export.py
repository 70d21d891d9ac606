"""The offline report: an executed notebook as one HTML file that asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from workbench import __version__, _lab
from workbench.errors import MissingDataError, RunError
from workbench.files.whole_file import whole_file
from workbench.governance.ledger import record
from workbench.language import date_text, language, say, speaking
from workbench.reports.headline import Headline, capitalised
from workbench.reports.page_script import page_script

with _lab.needed_for("Reports"):
    import nbformat
    from bs4 import BeautifulSoup
    from bs4.element import Script
    from nbconvert.exporters.html import HTMLExporter

    from workbench.reports.clean import clean_notebook, heading_of, note, take_first_page
    from workbench.reports.fold import fold_sections
    from workbench.reports.prose import coded
    from workbench.reports.safe_html import name_sections, safe_html, tidy_tables
    from workbench.reports.terms import explain_terms
    from workbench.reports.translated import language_of, translated
    from workbench.reports.views import Views, take_views

MOST_BYTES = 2_000_000
"""A report must pass through a mail server and open on a telephone."""

_TEMPLATES = Path(__file__).parent / "templates"


def export_report(
    notebook: str | Path,
    output: str | Path,
    *,
    ledger: str | Path | None = None,
    remark: str = "",
) -> Headline | None:
    """Write an executed notebook as an offline HTML report.

    Code, prompts, progress bars and live widgets are left out, but a `Tuner` stays alive.
    Warnings appear as notes, and the `Headline` that the notebook displays is moved to the
    top. The file is complete or not there: it is written under another name and then renamed.

    Parameters
    ----------
    notebook : path
        An ``.ipynb`` file with its outputs.
    output : path
        The ``.html`` file, at most 2 MB.
    ledger : path, optional
        The folder whose ledger keeps what has left; by default that of the output.
    remark : str
        What a reader must know before anything else: it begins the headline's sentence.

    Returns
    -------
    Headline or None
        What stands on top; None where the notebook displays no headline.

    Raises
    ------
    MissingDataError
        There is no such notebook.
    RunError
        The report would be larger than 2 MB.

    Examples
    --------
    >>> import tempfile, nbformat
    >>> folder = Path(tempfile.mkdtemp())
    >>> cells = [nbformat.v4.new_markdown_cell("# Spring mailing")]
    >>> nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "spring.ipynb")
    >>> export_report(folder / "spring.ipynb", folder / "spring.html")
    >>> "<title>Spring mailing</title>" in (folder / "spring.html").read_text()
    True
    """
    source, target = Path(notebook), Path(output)
    folder = target.parent if ledger is None else Path(ledger)
    if not source.is_file():
        raise MissingDataError(f"There is no notebook {str(source)!r}. Check the path.")
    executed = nbformat.read(source, as_version=4)
    with speaking(language_of(executed)):
        return _exported(executed, source, target, folder=folder, remark=remark)


def _exported(
    executed: nbformat.NotebookNode, source: Path, target: Path, *, folder: Path, remark: str
) -> Headline | None:
    """Write the report in the language of now; return its headline."""
    marked, views = take_views(translated(executed))
    pictures = take_first_page(marked)
    cleaned, headline = clean_notebook(marked)
    heading = _take_title(cleaned, source)
    headline = _with_remark(cleaned, headline, remark)
    read = headline.read if headline else None
    title = read.title if read else heading
    masthead = {**_masthead(title, read, source), "policy": views.policy}
    masthead["pictures"] = pictures
    together = record(folder, views.contents, report=target.name)
    masthead["colophon"] += _released(views, together.sentence(views.delta))
    folded = headline is not None and headline.verdict != ""
    html = views.put_back(_finished(_rendered(cleaned, masthead), folded=folded))
    content = html.encode()
    if len(content) > MOST_BYTES:
        raise RunError(
            f"A report must be at most {MOST_BYTES / 1e6:.0f} MB; {target.name} would have "
            f"{len(content) / 1e6:.1f} MB. Show fewer or smaller figures and tables."
        )
    with whole_file(target) as unfinished:
        unfinished.write_bytes(content)
    return headline


def _take_title(notebook: nbformat.NotebookNode, source: Path) -> str:
    """Take the notebook's own title out of it: the masthead shows one."""
    for cell in notebook.cells:
        first, _, rest = cell.source.strip().partition("\n")
        if cell.cell_type == "markdown" and first.startswith("# "):
            cell.source = rest
            return heading_of(first)
    return str(notebook.metadata.get("title", source.stem))


def _with_remark(
    notebook: nbformat.NotebookNode, headline: Headline | None, remark: str
) -> Headline | None:
    """Put a remark before all else: into the headline, or as the first note where there is none."""
    if not remark:
        return headline
    if headline is not None:
        read = headline.read
        told = replace(read, sentence=f"{remark} {read.sentence}".strip())
        return told if headline.local is None else replace(headline, local=told)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(outputs=[note(remark)]))
    return None


def _masthead(title: str, headline: Headline | None, source: Path) -> dict[str, Any]:
    today = date_text(date.today())  # noqa: DTZ011  # the reader's calendar, not UTC's
    facts = {**(headline.facts if headline else {}), say("Date"): today}
    return {
        "title": title,
        "headline": headline,
        "facts": [(name, value) for name, value in facts.items() if value],
        "css": (_TEMPLATES / "report" / "report.css").read_text(encoding="utf-8"),
        "version": __version__,
        "language": language(),
        "colophon": say(
            "Made from {source} with Marketing Workbench {version} on {day}. This file is complete "
            "in itself and loads nothing.",
            source=source.name,
            version=__version__,
            day=today,
        ),
    }


def _released(views: Views, together: str) -> str:
    """Say in the colophon what the file is, and what it tells with those that left before it."""
    exact = say("Exact statistics: for readers inside the house alone.") if views.exact else ""
    return "".join(f" {said}" for said in (exact, together) if said)


def _rendered(notebook: nbformat.NotebookNode, masthead: dict[str, Any]) -> str:
    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        embed_images=True,
        filters={
            "safe_html": safe_html,
            "coded": coded,
            "said": say,
            "capitalised": capitalised,
        },
    )
    html, _ = exporter.from_notebook_node(notebook, resources={"report": masthead})
    return str(html)


def _finished(html: str, *, folded: bool) -> str:
    soup = BeautifulSoup(html, "html.parser")
    tidy_tables(soup)
    contents = soup.new_tag("ul")
    for name, text in name_sections(soup):
        link = soup.new_tag("a", href=f"#{name}", string=text)
        item = soup.new_tag("li")
        item.append(link)
        contents.append(item)
    if soup.nav is not None and contents.contents:
        (soup.nav.details or soup.nav).append(contents)
    elif soup.nav is not None:
        soup.nav.decompose()
    if folded:
        fold_sections(soup)
    explain_terms(soup)
    _bring_script(soup)
    return str(soup)


def _bring_script(soup: BeautifulSoup) -> None:
    """Bring the one script of the workbench's own, where there is something for it to do.

    The page's policy names it by its hash, so that no other can run.
    """
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    wanted = soup.find(["table", "figure", "details"]) is not None
    if not wanted or policy is None or soup.body is None:
        return
    source = page_script()
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    # a second script-src would not count: the live views' one, which is last, is extended
    scripts = "" if "script-src" in policy["content"] else "; script-src"
    policy["content"] = f"{policy['content']}{scripts} 'sha256-{digest}'"
    tag = soup.new_tag("script")
    tag.append(Script(source))  # as it is: text would be escaped
    soup.body.append(tag)
