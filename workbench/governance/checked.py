"""What was asked of a model, its data or its papers, and what was found: never a verdict of law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from workbench.checks import check_choice
from workbench.errors import ParameterError

State = Literal["pass", "not applicable", "needs a person", "needs repair", "blocked"]
STATES: tuple[State, ...] = (
    *("pass", "not applicable"),
    *("needs a person", "needs repair", "blocked"),
)
"""From the best to the worst; nothing is ever called compliant."""


@dataclass(frozen=True)
class Check:
    """One question, with what was found.

    Parameters
    ----------
    name : str
        A short key that stays the same from run to run, such as "outcomes-matured".
    question : str
        What is asked, as a sentence.
    state : {"pass", "not applicable", "needs a person", "needs repair", "blocked"}
    evidence : str
        What was found, with its figures.
    next_step : str
        What to do; "" where nothing is.

    Raises
    ------
    ParameterError
        The state is none of these, or something is to be done and it is not said what.

    Examples
    --------
    >>> print(Check("ids", "Are customers told apart?", "pass", "600 customers, none empty."))
    pass: Are customers told apart? 600 customers, none empty.
    """

    name: str
    question: str
    state: State
    evidence: str
    next_step: str = ""

    def __post_init__(self) -> None:
        check_choice(self.state, STATES, name="state")
        if is_open(self) and not self.next_step:
            raise ParameterError(f"A check that {self.state} must say the next step: {self.name}.")

    def __str__(self) -> str:
        said = f"{self.state}: {self.question} {self.evidence}"
        return f"{said} {self.next_step}" if self.next_step else said

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def is_open(check: Check) -> bool:
    """Whether something is still to be done.

    Examples
    --------
    >>> is_open(Check("owner", "Who owns it?", "needs repair", "Nobody.", "Name somebody."))
    True
    """
    return STATES.index(check.state) > STATES.index("not applicable")


def worst(checks: Iterable[Check]) -> State:
    """Return the worst state of some checks; of none, "not applicable".

    Examples
    --------
    >>> worst([Check("ids", "Are customers told apart?", "pass", "600 customers.")])
    'pass'
    """
    found = [STATES.index(check.state) for check in checks if check.state != "not applicable"]
    return STATES[max(found)] if found else "not applicable"


def counts(checks: Sequence[Check]) -> dict[State, int]:
    """Count checks by their state, the worst first; states that none has are left out.

    Examples
    --------
    >>> counts([Check("ids", "Are customers told apart?", "pass", "600 customers.")])
    {'pass': 1}
    """
    of = {state: sum(check.state == state for check in checks) for state in reversed(STATES)}
    return {state: count for state, count in of.items() if count}
