"""The questions in their order, and who puts them to a table, a frame or campaign tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.data_readiness import (
    aims,
    customers,
    drift,
    gaps,
    groups,
    leaks,
    levels,
    moments,
    objections,
    outcomes,
    repeats,
    units,
)
from workbench.governance.data_readiness.frame_material import material_of_frame, material_of_tables
from workbench.governance.data_readiness.material import Material, Question
from workbench.governance.data_readiness.result import Readiness
from workbench.governance.data_readiness.table_material import material_of_table
from workbench.governance.papers.governance import Governance
from workbench.tables.campaign_data import CampaignData

QUESTIONS: tuple[Question, ...] = (
    *(outcomes.readable, outcomes.target, outcomes.horizon, outcomes.matured),
    *(outcomes.campaigns, outcomes.responses, customers.customer_ids),
    *(moments.dates, moments.date_order, moments.time_zones),
    *(repeats.repeated_rows, repeats.repeated_contacts, gaps.missing_values, leaks.leakage),
    *(groups.control_group, objections.objections, objections.consent, groups.small_cells),
    *(drift.base_rate, drift.distributions, units.units, levels.new_levels, drift.gone_columns),
    *(aims.kpi, aims.baseline),
)


def readiness(
    data: Any,
    *,
    frame: FeatureFrame | None = None,
    governance: Governance | None = None,
    today: dt.date | None = None,
    **described: Any,
) -> Readiness:
    """Ask whether data are fit for a pilot: twenty-five questions, each with its next step.

    A state is "blocked" only where the pilot could not be judged, or its numbers would be wrong.
    "needs repair" is a defect of the data. "needs a person" is what only people know, such as
    why a rate has changed, or whether a channel has consent.

    Parameters
    ----------
    data : FeatureFrame, CampaignData, DataFrame, or path of a table
        Of a table most can be asked: it still has its days, repeated rows and spellings.
    frame : FeatureFrame, optional
        What was made of `data`: the features built from campaign tables, or the frame of a table
        that has been loaded already. A log of orders needs it.
    governance : Governance, optional
        The papers, for channels, measures of success and objections.
    today : date, optional
        What lies after it lies in the future.
    **described
        What `FeatureFrame.from_table` is told of a table, such as ``target="bought"``.

    Returns
    -------
    Readiness

    Raises
    ------
    ParameterError
        Something is said that does not go with the data.
    SchemaError
        A column is named that is not there.
    MissingDataError
        There is no such file.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.governance import readiness
    >>> table = pd.DataFrame({"visits": range(40), "bought": [0, 1] * 20})
    >>> found = readiness(table, target="bought")
    >>> found.state, found["customer-ids"].state
    ('needs a person', 'needs a person')
    >>> readiness(table.assign(bought=0), target="bought")["target"].state
    'blocked'
    """
    day = dt.datetime.now().astimezone().date() if today is None else today
    asked = _material(data, frame, governance, day, described)
    return Readiness(tuple(question(asked) for question in QUESTIONS))


def _material(
    data: Any,
    frame: FeatureFrame | None,
    papers: Governance | None,
    today: dt.date,
    described: dict[str, Any],
) -> Material:
    if not isinstance(data, (FeatureFrame, CampaignData)):
        return material_of_table(data, described, frame=frame, papers=papers, today=today)
    for name in described:
        raise ParameterError(
            f"`{name}` says something of a table; {type(data).__name__} says its own. Leave it out."
        )
    if isinstance(data, CampaignData):
        return material_of_tables(data, frame=frame, papers=papers, today=today)
    return material_of_frame(data, papers=papers, today=today)
