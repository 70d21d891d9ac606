"""What may leave the house, and what a model must be able to show: its data, papers and card."""

from workbench.arguments import guard
from workbench.governance.card.card import ModelCard
from workbench.governance.card.model_card import model_card
from workbench.governance.data_readiness.asking import readiness
from workbench.governance.data_readiness.result import Readiness
from workbench.governance.fairness import fairness
from workbench.governance.fairness_findings import Fairness
from workbench.governance.papers.governance import Governance
from workbench.governance.personal_data import PersonalData, personal_data
from workbench.governance.private.private_ridge import PrivateRidge, private_ridge
from workbench.governance.regulation import Regulation, regulation
from workbench.governance.roadmap import Roadmap, roadmap
from workbench.governance.run_status.status import Repeat, Status, status
from workbench.governance.suppress import Suppressed, suppress

__all__ = [
    "Fairness",
    "Governance",
    "ModelCard",
    "PersonalData",
    "PrivateRidge",
    "Readiness",
    "Regulation",
    "Repeat",
    "Roadmap",
    "Status",
    "Suppressed",
    "fairness",
    "model_card",
    "personal_data",
    "private_ridge",
    "readiness",
    "regulation",
    "roadmap",
    "status",
    "suppress",
]

guard(globals(), __all__)
