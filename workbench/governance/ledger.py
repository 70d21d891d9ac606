"""What has left a folder before: one line a content, by marks that tell nothing of it.

Noise is drawn once for each content, so a file that is exported again is the same look at the
customers; another content is one look more. Looks with independent Gaussian noise compose: whom
they move by μ_1, μ_2, … standard deviations, all of them together move by

    μ = (Σ_k μ_k²)^½ .

References
----------
Dong, Roth & Su (2022), Gaussian differential privacy, JRSS B 84, corollary 2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import SchemaError
from workbench.files.whole_file import whole_file
from workbench.governance.guarantee import MOST_DELTA
from workbench.governance.private.gaussian import chance, epsilon, small
from workbench.language import say, say_count

NAME = "released.json"


@dataclass(frozen=True)
class Together:
    """What a file and those that left its folder before tell together.

    Parameters
    ----------
    before : int
        Contents that left before and are not in this file.
    now : int
        Contents of this file.
    mu : float
        By how many standard deviations of the noise of all of them the most exposed customer
        moves them; NaN where one that left before does not say.
    unpromised : int
        Contents whose μ was measured on the data, so that it promises nothing.
    """

    before: int = 0
    now: int = 0
    mu: float = 0.0
    unpromised: int = 0

    def sentence(self, delta: float) -> str:
        """Say what all of them tell of the most exposed customer; nothing of a single one.

        Parameters
        ----------
        delta : float
            At which ε is said.

        Examples
        --------
        >>> print(Together(before=2, now=1, mu=2.0).sentence(1e-5))
        Noisy numbers of 2 other contents have left this folder before: each is one more look at the
        same customers. Who holds them and this file, and knows all other customers, tells the most
        exposed with a chance of 0.92 (0.5 is guessing); their noise together would be (10.0,
        1e-05)-differentially private.
        """
        if self.before + self.now < 2:
            return ""
        first = ""
        if self.before:
            first = say_count(
                "Noisy numbers of {n} other content have left this folder before: each is one more "
                "look at the same customers. ",
                "Noisy numbers of {n} other contents have left this folder before: each is one "
                "more look at the same customers. ",
                self.before,
            )
        if np.isnan(self.mu):
            return first + say("How much they tell together is not known.")
        told = {
            "chance": float(chance(self.mu)),
            "epsilon": epsilon(self.mu, delta),
            "delta": delta,
        }
        if self.before:
            first += say(
                "Who holds them and this file, and knows all other customers, tells the most "
                "exposed with a chance of {chance:.2f} (0.5 is guessing);",
                **told,
            )
        else:
            first = say(
                "Who holds all live views of this file together, and knows all other customers, "
                "tells the most exposed with a chance of {chance:.2f} (0.5 is guessing);",
                **told,
            )
        return first + say(
            " their noise together would be ({epsilon:.1f}, {delta:.0e})-differentially private.",
            **told,
        )

    def standing(self, delta: float = MOST_DELTA) -> str:
        """Say in a card what has left the folder, this file included.

        Parameters
        ----------
        delta : float
            At which ε is said.

        Examples
        --------
        >>> Together(now=1, mu=1.0).standing()
        'No noisy numbers of another content are known to have left this folder.'
        """
        if self.before + self.now == 0:
            return say("No noisy numbers are known to have left this folder.")
        told = self.sentence(delta)
        return told or say(
            "No noisy numbers of another content are known to have left this folder."
        )

    def promise(self, delta: float) -> str:
        """Say what a differentially private file promises with those that left before it.

        Parameters
        ----------
        delta : float
            At which ε is said.

        Examples
        --------
        >>> print(Together(now=1, mu=0.593).promise(1e-7))
        No other content is known to have left this folder; each further one adds to ε.
        >>> print(Together(before=1, now=1, mu=0.839).promise(1e-7))
        1 other content has left this folder before. All of them together are (ε = 4.4, δ =
        1e-7)-differentially private; each further one adds to ε.
        """
        if not self.before:
            return "No other content is known to have left this folder; each further one adds to ε."
        said = (
            f"{self.before} other content{'s have' if self.before > 1 else ' has'} left this "
            "folder before. "
        )
        if self.unpromised:
            return said + (
                f"Of these {self.unpromised} had no such promise: who holds them is not bound by "
                "that of this file."
            )
        total = ceil(100 * epsilon(self.mu, delta) - 1e-4) / 100
        return said + (
            f"All of them together are (ε = {total:g}, δ = {small(delta)})-differentially private; "
            "each further one adds to ε."
        )


def record(
    folder: Path, contents: Mapping[str, float], *, report: str, promised: bool = False
) -> Together:
    """Keep the marks of a report, and say what has left the folder with it.

    Parameters
    ----------
    folder : Path
        Of the reports.
    contents : mapping of mark to float
        Of this one's views: by how many standard deviations of its noise the most exposed
        customer moves each.
    report : str
        Its name.
    promised : bool
        Whether nothing but the noise was taken from the data, so that μ is a promise.

    Returns
    -------
    Together
        The same content counts once, under however many names it left.

    Raises
    ------
    SchemaError
        The ledger cannot be read.
    """
    if not contents:
        return Together()
    path = folder / NAME
    lines = _read(path) if path.is_file() else []
    known = {line["mark"] for line in lines if line["report"] == report}
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = [
        {"mark": mark, "report": report, "at": moment, "mu": round(mu, 6), "promised": promised}
        for mark, mu in sorted(contents.items())
        if mark not in known
    ]
    if fresh:
        with whole_file(path) as unfinished:
            unfinished.write_text(json.dumps([*lines, *fresh], indent=1), encoding="utf-8")
    every = {line["mark"]: line.get("mu", float("nan")) for line in lines} | dict(contents)
    mu = float(np.sqrt(sum(one**2 for one in every.values())))
    bound = {line["mark"] for line in lines if line["promised"]} | set(contents if promised else ())
    return Together(len(every) - len(contents), len(contents), mu, len(set(every) - bound))


def released(folder: Path, report: str = "") -> Together:
    """Say what has left a folder so far; nothing is kept.

    Parameters
    ----------
    folder : Path
        Of the reports.
    report : str
        The name of a file: its contents count as ``now``, all others as ``before``.

    Returns
    -------
    Together

    Raises
    ------
    SchemaError
        The ledger cannot be read.

    Examples
    --------
    >>> released(Path("a folder of no reports"))
    Together(before=0, now=0, mu=0.0, unpromised=0)
    """
    path = folder / NAME
    lines = _read(path) if path.is_file() else []
    every = {line["mark"]: line.get("mu", float("nan")) for line in lines}
    own = {line["mark"] for line in lines if line["report"] == report}
    bound = {line["mark"] for line in lines if line["promised"]}
    mu = float(np.sqrt(sum(one**2 for one in every.values())))
    return Together(len(every) - len(own), len(own), mu, len(set(every) - bound))


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))
        return [
            {name: str(line[name]) for name in ("mark", "report", "at")}
            | ({"mu": float(line["mu"])} if "mu" in line else {})
            | {"promised": line.get("promised") is True}
            for line in lines
        ]
    except (ValueError, KeyError, TypeError):
        raise SchemaError(
            f"The ledger of what was released must be as it was written; {str(path)!r} cannot be "
            "read. Restore it, or move it away: then earlier files are not counted."
        ) from None
