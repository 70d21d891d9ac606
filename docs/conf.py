"""How Sphinx builds these pages: `make docs`."""

from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

from workbench.cli.templates import title_of
from workbench.reports.glossary import TERMS

project = "Marketing Workbench"
author = "The Marketing Workbench contributors"
version = release = version_of("marketing-workbench")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "matplotlib.sphinxext.plot_directive",  # the gallery; it comes with matplotlib
]
exclude_patterns = ["_build"]
default_role = "code"  # docstrings write `name`
myst_heading_anchors = 2
nitpicky = True  # a reference that leads nowhere is an error

autodoc_default_options = {
    # scikit-learn makes these methods, with references into its own manual
    "exclude-members": "set_fit_request, set_predict_request, set_score_request",
}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # types stand in the docstrings, in words
numpydoc_show_class_members = False  # autodoc lists them
numpydoc_validation_checks = {
    "GL07",  # sections in numpydoc's order
    "PR02",  # no parameter is described that is not there
}

plot_formats = [("png", 160)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_rcparams = {"savefig.bbox": "tight"}  # titles are long, and names of rows stand outside

html_theme = "furo"
html_title = f"{project} {version}"
html_show_copyright = False  # LICENSE says it
html_static_path = ["_static"]
html_css_files = ["site.css"]

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent / "notebooks"
EXECUTED = HERE / "_build" / "executed"  # what `make site` puts there
html_extra_path = ["_build/executed"] if EXECUTED.is_dir() else []


def glossary() -> str:
    """Write the terms of the reports, from where the reports have them."""
    terms = "\n\n".join(f"{term.name}\n  {term.told}" for term in TERMS)
    return f"```{{glossary}}\n{terms}\n```\n"


def executed() -> str:
    """Link the reports that are there; say how they are made where none is."""
    made = sorted((EXECUTED / "executed").glob("*.html"))
    if not made:
        return "These pages were built without them: `make site` makes both, in some minutes.\n"
    titles = {one.stem: title_of(NOTEBOOKS / f"{one.stem}.ipynb") for one in made}
    rows = "".join(
        f"| <a href='executed/{name}.html'>{title}</a> | `{name}` |\n"
        for name, title in titles.items()
    )
    return f"| report | template |\n|---|---|\n{rows}"


WRITTEN = {"glossary": glossary, "executed": executed}


def setup(app: Sphinx) -> None:
    """Write the end of the pages that show what stands elsewhere."""

    def complete(_: Sphinx, page: str, source: list[str]) -> None:
        if page in WRITTEN:
            source[0] += f"\n{WRITTEN[page]()}"

    app.connect("source-read", complete)
