"""The runs of a folder, one after the other: as lines, and as an offline page with pictures."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as Drawing

from workbench import __version__
from workbench.charts.style import BLUE, VERMILION, canvas, percent, title
from workbench.files.whole_file import whole_file
from workbench.messages import count_of
from workbench.reports.figures import png_with_description
from workbench.reports.headline import Figure
from workbench.reports.history import STOPPED
from workbench.reports.page_script import page_script, page_script_source

PAGE = "history.html"
_WIDE = 3.3  # inches: a telephone shows it as it is drawn
_AROUND = timedelta(hours=12)  # a single run
MOST_DRAWN = 400
"""Runs in a picture: more than a year of daily ones."""

_TEMPLATES = Path(__file__).parent / "templates"
_COLUMNS = "repeat(auto-fit, minmax(min(100%, 20rem), 1fr))"
_OWN_CSS = f".trends {{ display: grid; grid-template-columns: {_COLUMNS}; gap: 0 2rem; }}"


class Series(NamedTuple):
    """Runs of one notebook about one thing, the earliest first.

    Parameters
    ----------
    name : str
    runs : DataFrame
        Rows of `read_history`.
    figures : list of dict of str to Figure
        Of each run, by name; none of one that failed.
    """

    name: str
    runs: pd.DataFrame
    figures: list[dict[str, Figure]]

    @property
    def names(self) -> list[str]:
        """The names of all figures, those of the latest run first."""
        return list(dict.fromkeys(name for run in reversed(self.figures) for name in run))


def series_of(runs: pd.DataFrame) -> list[Series]:
    """Part the runs by notebook and by what they are about.

    One that failed says not what it was about: it stands with those of its notebook before it.
    """
    about = runs["about"].mask(runs["about"] == "")
    by_notebook = about.groupby(runs["notebook"])
    about = by_notebook.ffill().fillna(by_notebook.bfill()).fillna("")
    parts = []
    for (notebook, subject), rows in runs.groupby([runs["notebook"], about], sort=False):
        name = f"{notebook}, {subject}" if subject else str(notebook)
        parts.append(Series(name, rows, [_figures(text) for text in rows["headline"]]))
    return parts


def lines_of(runs: pd.DataFrame) -> list[str]:
    """Write the runs as lines of text, a block for each series.

    Parameters
    ----------
    runs : DataFrame
        From `read_history`.

    Returns
    -------
    list of str
    """
    lines: list[str] = []
    for series in series_of(runs):
        cells = [["run", "outcome", *series.names]]
        for (_, run), figures in zip(series.runs.iterrows(), series.figures, strict=True):
            shown = [figures[name].text if name in figures else "" for name in series.names]
            cells.append([_local(run["moment"]), _outcome(run), *shown])
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines += ["", f"{series.name}: {count_of(len(series.runs), 'run')}"]
        lines += ["  ".join(map(str.ljust, row, wide)).rstrip() for row in cells]
    return lines[1:]


def write_page(runs: pd.DataFrame, folder: Path) -> Path:
    """Write the trend page into the folder of the history.

    Parameters
    ----------
    runs : DataFrame
        From `read_history`.
    folder : Path

    Returns
    -------
    Path
        Of the page: one file, which loads nothing.
    """
    sections = "".join(_section(series, folder) for series in series_of(runs))
    last = _local(runs["moment"].iloc[-1])
    css = (_TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
    page = (
        (_TEMPLATES / "history.html")
        .read_text(encoding="utf-8")
        .format(
            css=css + _OWN_CSS,
            policy=page_script_source(),
            script=page_script(),
            count=count_of(len(runs), "run"),
            last=escape(last),
            sections=sections,
            version=escape(__version__),
        )
    )
    with whole_file(folder / PAGE) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return folder / PAGE


def _section(series: Series, folder: Path) -> str:
    pictures = "".join(_picture(series, name) for name in series.names)
    head = "".join(f"<th>{escape(name)}</th>" for name in ["Run", "Outcome", *series.names])
    body = "".join(_row(series, place, folder) for place in reversed(range(len(series.runs))))
    return (
        f"<h2>{escape(series.name)}</h2>"
        f'<div class="trends">{pictures}</div>'
        f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(series: Series, place: int, folder: Path) -> str:
    run, figures = series.runs.iloc[place], series.figures[place]
    moment = escape(_local(run["moment"]))
    if run["report"] and (folder / run["report"]).is_file():
        moment = f'<a href="{escape(quote(run["report"]))}">{moment}</a>'
    said = f"<br>{escape(run['said'])}" if run["said"] else ""
    cells = "".join(
        f'<td class="number">{escape(figures[name].text) if name in figures else ""}</td>'
        for name in series.names
    )
    head = f'<th scope="row">{moment}</th>'
    return f"<tr>{head}<td>{escape(_outcome(run))}{said}</td>{cells}</tr>"


def _picture(series: Series, name: str) -> str:
    """Draw a figure over the runs that have it; runs that were stopped stand out."""
    have = [place for place, run in enumerate(series.figures) if name in run][-MOST_DRAWN:]
    values = np.array([_value(series.figures[place][name]) for place in have])
    runs = series.runs.iloc[have]
    moments = _local_moments(runs["moment"])
    stopped = (runs["outcome"] == STOPPED).to_numpy()
    figure = Drawing(figsize=(_WIDE, 2.3), layout="constrained")
    with canvas(figure.add_subplot(), grid="y") as ax:
        ax.plot(moments, values, color=BLUE, marker="o", markersize=4, linewidth=1.5)
        if stopped.any():
            at = moments[stopped], values[stopped]
            ax.scatter(*at, label="stopped", marker="X", s=60, color=VERMILION, zorder=3)
            ax.legend(frameon=False, fontsize=9)
        last = series.figures[have[-1]][name]
        if last.kind == "share":
            percent(ax, y=True)
        elif last.kind == "money":
            ax.set_ylabel(last.unit or "unit of cost and margin")
        better = last.better
        title(ax, name + (f" ({better} is better)" if better else ""))
        if len(have) == 1:
            ax.set_xlim(moments[0] - _AROUND, moments[0] + _AROUND)
        locator = AutoDateLocator(minticks=2, maxticks=4)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        dates = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_formatter(dates)
    data, about = png_with_description(figure)
    picture, width = base64.b64encode(data).decode(), about["width"]
    alt = f"{about['alt']}, over {count_of(len(have), 'run')}"
    return (
        f'<figure><img class="drawn" alt="{escape(alt)}" width="{width}" '
        f'src="data:image/png;base64,{picture}"></figure>'
    )


def _figures(headline: str) -> dict[str, Figure]:
    if not headline:
        return {}
    return {one["name"]: Figure(**one) for one in json.loads(headline)["figures"]}


def _value(figure: Figure) -> float:
    return np.nan if figure.value is None else figure.value


def _outcome(run: pd.Series[str]) -> str:
    """Say what became of a run, with the signs that were found."""
    return f"{run['outcome']}: {run['signs']}" if run["signs"] else str(run["outcome"])


def _local_moments(moments: pd.Series[pd.Timestamp]) -> np.ndarray:
    """Return moments by the clock of who looks."""
    return np.array(
        [moment.to_pydatetime().astimezone().replace(tzinfo=None) for moment in moments]
    )


def _local(moment: pd.Timestamp) -> str:
    return f"{moment.to_pydatetime().astimezone():%Y-%m-%d %H:%M}"
