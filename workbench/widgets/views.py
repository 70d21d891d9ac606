"""The views there are: one record each. A new view is a folder beside these, and a record here."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.language import later

SAVED = "application/vnd.marketing-workbench.saved+json"
"""Marks the output of a notebook that holds a view's picture alone, for when it is opened again."""


@dataclass(frozen=True)
class View:
    """What reports, the page of a mailed file and the front end ask of a view.

    Parameters
    ----------
    name : str
        Of its place in a page, ``<figure data-NAME>``, and of its state among a cell's outputs.
    script : str
        Its file of JavaScript, from the folder of all views. What it exports by default is
        what a notebook draws.
    render : str
        The function of that file that draws it, by ``({model, el})``.
    picture : str
        What its picture shows, for those who do not see it, and how to see more: a message.
    moved : tuple of str
        What of its state a report takes from where it was left in the notebook.
    parts : tuple of str
        Files of JavaScript that its own is made of, in the order in which they are needed.
    """

    name: str
    script: str
    render: str
    picture: str
    moved: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def mime(self) -> str:
        """Of the exported state among a cell's outputs."""
        return f"application/vnd.marketing-workbench.{self.name}+json"

    @property
    def place(self) -> str:
        """How the place of a live view begins in a page."""
        return f"<figure data-{self.name}>"


TUNER = View(
    "tuner",
    "tuner/tuner.js",
    "render",
    later(
        "The model's coefficients, and what it depends on; open the file in a browser to tune it"
    ),
    moved=("money",),
)
TARGETING = View(
    "targeting",
    "targeting/targeting.js",
    "renderTargeting",
    later("Profit against the share contacted; open the file in a browser to move it"),
    moved=("money", "depth"),
    parts=("targeting/sums.js", "targeting/sentences.js"),
)
SHIFT = View(
    "shift",
    "shift/shift_view.js",
    "renderShift",
    later(
        "Features found in few campaigns, and their effects, over campaigns; open the file in a "
        "browser to choose among all"
    ),
    moved=("column", "order"),
)
ROUTED = View(
    "routed",
    "routed/routed.js",
    "renderRouted",
    later("A box to type texts into, which are routed at once; open the file in a browser to type"),
    parts=("routed/letters.js", "routed/small_router.js"),
)
VIEWS = (TUNER, TARGETING, SHIFT, ROUTED)
"""Those that an exported report holds, alive or as a picture."""

EXPLAINED = View(
    "explained",
    "explained/explained.js",
    "renderExplained",
    later(
        "A view of one customer stood here. It stays in the notebook, as no report names a "
        "customer."
    ),
)
NEVER_MAILED = (EXPLAINED,)
"""Those of which a report holds the sentence ``picture`` alone."""
