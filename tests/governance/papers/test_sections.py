from workbench.governance.papers.sections import Dates, Kpi, Model, Uses


def test_text_that_is_missing_is_empty_and_all_else_is_none():
    assert Model() == Model("", "", "", "", "")
    assert (Kpi().unit, Kpi().baseline, Kpi().date) == ("", None, None)
    assert (Dates().review, Uses().work) == (None, None)
