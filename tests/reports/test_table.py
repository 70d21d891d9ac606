import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from workbench.errors import SchemaError
from workbench.language import speaking
from workbench.reports.safe_html import safe_html, tidy_tables
from workbench.reports.table import Table, search_script, write

LEFT = ' style="text-align: left"'


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("rate", 0.0512, "5.1%"),
        ("missing_share", 0.5, "50.0%"),
        ("mean_propensity", 0.0312, "3.1%"),
        ("log_loss", 0.29314, "0.2931"),
        ("loss_ratio", 0.9512, "0.951"),
        ("auc", 0.81234, "0.812"),
        ("lift_10", 3.456, "3.46"),
        ("contacts", 12345.0, "12,345"),
        ("expected_profit", -1234.5, "-1,234"),
        ("lookback_days", 91.0, "91.0"),
        ("alpha", 0.000123456, "0.0001235"),
        ("i_squared", 0.8931, "0.89"),
        ("psi_noise", 0.0123, "0.01"),
        ("anything", 12345, "12,345"),
        ("after_observed", 534, "534"),
        ("operated", 0.5, "0.5"),
        ("rate_low", 0.0312, "3.1%"),
        ("anything", True, "yes"),
        ("anything", False, "no"),
        ("gain_pct", -1.02, "-1.0%"),
        ("auc", float("nan"), "–"),
        ("as_of", pd.NaT, "–"),
        ("as_of", pd.Timestamp("2017-03-01"), "2017-03-01"),
        ("as_of", pd.Timestamp("2017-03-01 12:30"), "2017-03-01 12:30"),
        ("rate", "n/a", "n/a"),
        ("note", None, "–"),
    ],
)
def test_a_value_is_written_by_the_name_of_its_column(name, value, text):
    assert write(value, name) == text


def test_a_named_index_is_a_column_and_a_plain_one_is_not():
    data = pd.DataFrame({"rate": [0.1]}, index=pd.Index(["May"], name="campaign"))
    assert list(Table(data).written()) == ["campaign", "rate"]
    assert list(Table(data.reset_index(drop=True)).written()) == ["rate"]


def test_the_labels_of_the_rows_are_their_headers():
    data = pd.DataFrame({"n": [1]}, index=pd.Index(["<May>"], name="campaign"))
    row = f'<tr><th scope="row"{LEFT}>&lt;May&gt;</th><td>1</td></tr>'
    assert row in Table(data)._repr_html_()


def test_a_column_with_nothing_in_it_is_left_out():
    data = pd.DataFrame({"note": ["", ""], "remark": ["", "constant"], "auc": [None, None]})
    assert list(Table(data).written()) == ["remark", "AUC"]


def test_names_and_values_from_the_data_are_escaped():
    markup = Table(pd.DataFrame({"<i>": ["<script>alert(1)</script>"]}), caption="a & b")
    assert markup._repr_html_() == (
        f'<table><caption>a &amp; b</caption><thead><tr><th scope="col"{LEFT}>&lt;i&gt;</th></tr>'
        f"</thead><tbody><tr><td{LEFT}>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></tbody></table>"
    )


def test_a_long_table_says_how_much_is_left_out():
    table = Table(pd.DataFrame({"n": range(1005)}), most=3)
    assert table._repr_html_().endswith("<p>… and 1,002 more</p>")
    assert table._repr_html_().count("<td>") == 3
    assert repr(table).splitlines() == ["n", "0", "1", "2", "… and 1,002 more"]


def test_columns_are_shown_in_the_order_asked_for():
    data = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    assert list(Table(data, columns=["c", "a"]).written()) == ["c", "a"]


def test_an_unknown_column_is_named():
    expected = "The table has no column 'auk'; got ['auc']. Did you mean 'auc'?"
    with pytest.raises(SchemaError, match=f"^{re.escape(expected)}$"):
        Table(pd.DataFrame({"auc": [1.0]}), columns=["auk"])


def test_scores_have_their_signs():
    table = Table(pd.DataFrame({"i_squared": [0.5], "psi": [0.1], "univariate_auc": [0.7]}))
    assert list(table.written()) == ["I²", "PSI", "univariate AUC"]


def test_a_table_to_search_brings_its_script_and_nothing_of_the_data_in_it():
    markup = Table(pd.DataFrame({"a": ["</script><b>"]}), search=True)._repr_html_()
    assert markup.startswith('<table class="searchable">')
    assert markup.endswith(f"<script>{search_script()}</script>")
    assert markup.count("<script>") == markup.count("</script>") == 1
    assert "&lt;/script&gt;&lt;b&gt;" in markup
    assert "script" not in Table(pd.DataFrame({"a": [1]}))._repr_html_()


def test_rows_and_counts_of_few_are_held_back(watched):
    data = pd.DataFrame(
        {"contacts": [1253.0, 4.0, 900.0]},
        index=pd.Index(["age", "tattooed", "town=Bonn"], name="feature"),
    )
    shown = Table(data, "Of 'Upper Nowhere'", most=1)
    assert shown.written().to_numpy().tolist() == [["age", "1,255"]]
    html = shown._repr_html_()
    assert "<p>… and 1 more; 1 of fewer than 10 customers not shown</p>" in html
    assert "<caption>Of 'other'</caption>" in html.replace("&#x27;", "'")


def test_words_stand_at_the_left_and_numbers_and_gaps_do_not_matter():
    table = pd.DataFrame({"remark": ["rare", None], "rate": [0.1, None], "note": [None, "2.5"]})
    html = Table(table)._repr_html_()
    assert html.count(f'<th scope="col"{LEFT}>') == 1
    assert f"<td{LEFT}>rare</td>" in html


def test_a_long_catalogue_is_folded_in_a_notebook_in_its_language():
    long = pd.DataFrame({"feature": [f"f{k}" for k in range(16)]})
    html = Table(long, "The <catalogue>", search=True)._repr_html_()
    assert "<summary>The &lt;catalogue&gt; (16)</summary>" in html
    assert "<details" not in Table(long[:15], "Short", search=True)._repr_html_()
    assert "<details" not in Table(long, "Not searched")._repr_html_()
    with speaking("de"):
        columns = pd.DataFrame({"feature": [f"f{k}" for k in range(1500)]})
        html = Table(columns, "base rate", most=1500, search=True)._repr_html_()
    assert "<caption>Basisrate</caption>" in html
    assert "<summary>Basisrate (1.500)</summary>" in html


def test_a_report_has_no_folded_catalogue():
    long = pd.DataFrame({"feature": [f"f{k}" for k in range(16)]})
    soup = BeautifulSoup(
        safe_html(Table(long, "Catalogue", search=True)._repr_html_()), "html.parser"
    )
    tidy_tables(soup)
    assert soup.find(["details", "summary"]) is None
    assert len(soup.tbody("tr")) == 16
