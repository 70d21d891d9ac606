import pandas as pd

from tests.tables.mailings import mailings
from workbench import FeatureFrame
from workbench.datasets import sample
from workbench.survey.made_look import look_at_frame, look_at_tables


def test_every_table_with_its_columns_and_campaigns():
    data = sample()
    report = look_at_tables(data)
    found = report.table()
    visits = data.connect().execute("SELECT * FROM visits").df()
    here = found[found["table"] == "visits"].set_index("column")
    assert here["distinct"].to_dict() == visits.nunique().to_dict()
    assert here.loc["time", "use"] == "time"
    assert report.campaigns.contacts == tuple(data.contacts["campaign"].value_counts(sort=False))


def test_features_with_their_groups_and_suspects():
    y = [1, 0, 0] * 30
    table = pd.DataFrame({"after": y, "age": range(90), "bought": y})
    found = look_at_frame(FeatureFrame.from_table(table, target="bought")).table()
    assert found["use"].tolist() == ["feature", "feature"]
    assert found["leakage"].tolist() == ["AUC 1.000 alone", ""]
    assert found["remark"].tolist() == ["group flag", "group numeric"]


def test_arms_of_a_test_among_the_contacts():
    report = look_at_tables(mailings())
    found = report.table()
    of_contacts = found[found["table"] == "contacts"].set_index("column")["use"]
    assert of_contacts[["arm", "chance"]].tolist() == ["treatment", "arm_probability"]
    said = (
        "Arms in 'arm': 'mail' (20 contacts), 'none' (20 contacts); the control group, as said, is "
        "'none'."
    )
    assert said in report.notes
    assert report.faults == ()
    assert look_at_tables(mailings(control="nobody")).faults == (
        "`control` must be an arm of 'arm'; got 'nobody', there are ['mail', 'none'].",
    )
