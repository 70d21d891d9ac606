"""Reports: a notebook run with parameters, and mailed as one offline HTML file.

What a notebook displays is here; `workbench.reports.run` and `workbench.reports.export`
are imported by name, as the tools that they stand on take seconds to load.
"""

from workbench.arguments import guard
from workbench.reports.cluster_headline import cluster_headline
from workbench.reports.experiment_findings import ExperimentFindings
from workbench.reports.feature_findings import FeatureFindings
from workbench.reports.figures import report_figures
from workbench.reports.finding import auc_interval, finding
from workbench.reports.first_page import Findings
from workbench.reports.headline import Figure, Headline, previous_headline
from workbench.reports.introduction import introduce
from workbench.reports.offered.offer_findings import OfferFindings, offer_findings
from workbench.reports.prose import Notes, Prose
from workbench.reports.routed.introduced import introduce_texts
from workbench.reports.routed.text_findings import TextFindings
from workbench.reports.shift_findings import shift_headline
from workbench.reports.signs import Sign, Signs, signs_against
from workbench.reports.table import Table
from workbench.reports.unseen import cautions, unseen

__all__ = [
    "ExperimentFindings",
    "FeatureFindings",
    "Figure",
    "Findings",
    "Headline",
    "Notes",
    "OfferFindings",
    "Prose",
    "Sign",
    "Signs",
    "Table",
    "TextFindings",
    "auc_interval",
    "cautions",
    "cluster_headline",
    "finding",
    "introduce",
    "introduce_texts",
    "offer_findings",
    "previous_headline",
    "report_figures",
    "shift_headline",
    "signs_against",
    "unseen",
]

guard(
    globals(),
    __all__,
    kept=(
        "ExperimentFindings",
        "FeatureFindings",
        "Figure",
        "Findings",
        "Headline",
        "OfferFindings",
        "Sign",
        "Signs",
        "Table",
        "TextFindings",
    ),
)
