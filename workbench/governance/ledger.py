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
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import SchemaError
from workbench.files.whole_file import whole_file
from workbench.governance.gaussian import chance, epsilon

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
    """

    before: int = 0
    now: int = 0
    mu: float = 0.0

    def sentence(self, delta: float) -> str:
        """Say what all of them tell of the most exposed customer; nothing of a single one.

        Parameters
        ----------
        delta : float
            At which ε is said.

        Examples
        --------
        >>> print(Together(before=2, now=1, mu=2.0).sentence(1e-5))
        Live views of 2 other contents have left this folder before: each is one more look at the
        same customers. Who holds them and this file, and knows all other customers, tells the most
        exposed with a chance of 0.92 (0.5 is guessing); their noise together would be (10.0,
        1e-05)-differentially private.
        """
        if self.before + self.now < 2:
            return ""
        first = (
            f"Live views of {self.before} other content{'s' * (self.before != 1)} have left this "
            "folder before: each is one more look at the same customers. "
            if self.before
            else ""
        )
        holds = "them and this file" if self.before else "all live views of this file together"
        if np.isnan(self.mu):
            return f"{first}How much they tell together is not known."
        return (
            f"{first}Who holds {holds}, and knows all other customers, tells the most exposed with "
            f"a chance of {float(chance(self.mu)):.2f} (0.5 is guessing); their noise together "
            f"would be ({epsilon(self.mu, delta):.1f}, {delta:.0e})-differentially private."
        )


def record(folder: Path, contents: Mapping[str, float], *, report: str) -> Together:
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
        {"mark": mark, "report": report, "at": moment, "mu": round(mu, 4)}
        for mark, mu in sorted(contents.items())
        if mark not in known
    ]
    if fresh:
        with whole_file(path) as unfinished:
            unfinished.write_text(json.dumps([*lines, *fresh], indent=1), encoding="utf-8")
    every = {line["mark"]: line.get("mu", float("nan")) for line in lines} | dict(contents)
    mu = float(np.sqrt(sum(one**2 for one in every.values())))
    return Together(len(every) - len(contents), len(contents), mu)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))
        return [
            {name: str(line[name]) for name in ("mark", "report", "at")}
            | ({"mu": float(line["mu"])} if "mu" in line else {})
            for line in lines
        ]
    except (ValueError, KeyError, TypeError):
        raise SchemaError(
            f"The ledger of what was released must be as it was written; {str(path)!r} cannot be "
            "read. Restore it, or move it away: then earlier files are not counted."
        ) from None
