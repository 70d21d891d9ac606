"""How Sphinx builds these pages: `make docs`."""

from importlib.metadata import version as version_of

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
