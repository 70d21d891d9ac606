"""Whether a planted defect is found by its question, which did not say so before."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from defects.bases import Base
from defects.planted import Kind
from workbench.governance import Readiness, readiness
from workbench.governance.checked import STATES

DEFECT = ("needs repair", "blocked")
ONLY_PEOPLE_KNOW = ("base-rate", "drift")
"""What has moved may be a defect, or the market: these end in "needs a person"."""


@dataclass(frozen=True)
class Judged:
    """What the question said before and after, and which others said more than before."""

    base: str
    kind: str
    check: str
    before: str
    after: str
    others: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether the right question is worse, and calls it a defect where it is one."""
        enough = DEFECT if self.check not in ONLY_PEOPLE_KNOW else ("needs a person", *DEFECT)
        return self.after in enough and STATES.index(self.after) > STATES.index(self.before)


def asked(base: Base, folder: Path) -> Readiness:
    """Write a table as its house does, and put the questions to the file."""
    return readiness(base.write(folder), today=base.today, **base.roles)


def judge(base: Base, kind: Kind, clean: Readiness, folder: Path, seed: int) -> Judged | None:
    """Plant a kind, ask, and compare; None where the base cannot have it."""
    planted = kind.plant(base, np.random.default_rng(seed))
    if planted is None:
        return None
    found = asked(planted, folder)
    worse = tuple(
        check.name
        for check in found.checks
        if check.name != kind.check
        and check.state in DEFECT
        and STATES.index(check.state) > STATES.index(clean[check.name].state)
    )
    before, after = clean[kind.check].state, found[kind.check].state
    return Judged(base.house, kind.name, kind.check, before, after, worse)
