from dataclasses import replace

import pytest

from workbench import load
from workbench.datasets import planted
from workbench.errors import ParameterError
from workbench.features import FeatureSet
from workbench.governance import readiness
from workbench.governance.data_readiness.frame_material import contacts_of, order_known


def test_a_frame_says_what_it_knows_of_contacts(material):
    frame = material().frame
    assert {"customer", "campaign", "as_of", "outcome"} <= set(contacts_of(frame))
    assert order_known(frame)
    assert not order_known(replace(frame, campaign=None))


def test_campaign_tables_are_asked_with_their_features():
    data = load("sample")
    frame = FeatureSet.declared(data).build(data, progress=False)
    found = readiness(data, frame=frame)
    assert found["leakage"].evidence == "None of 122 columns gives it away."
    assert found["drift"].state == "pass"
    assert readiness(data)["leakage"].state == "not applicable"


def test_a_frame_of_other_contacts_is_refused():
    with pytest.raises(ParameterError, match="`frame` must be built from `data`"):
        readiness(load("sample"), frame=planted(rows=20, stable=2, spiky=2).frame)


def test_what_is_said_of_a_table_is_refused_of_a_frame(material):
    with pytest.raises(ParameterError, match="FeatureFrame says its own"):
        readiness(material().frame, target="bought")
