import pytest

from tests.governance.papers.filled import as_toml, filled
from workbench.cli.early_lists import check_customer_named, check_lists
from workbench.errors import MissingDataError, ParameterError, SchemaError


def test_files_that_can_be_used_pass(here):
    (here / "no.csv").write_text("id\n1\n")
    (here / "governance.toml").write_text(as_toml(filled(suppression={"file": "no.csv"})))
    check_lists(suppress="no.csv", governance="governance.toml")
    check_lists(suppress=None, governance=None)


def test_what_is_wrong_with_them_is_told(here):
    with pytest.raises(MissingDataError, match=r"There is no file 'no\.csv'\. .* `suppress`\."):
        check_lists(suppress="no.csv", governance=None)
    (here / "governance.toml").write_text("[peple]\n")
    with pytest.raises(SchemaError, match=r"Did you mean 'people'\?"):
        check_lists(suppress=None, governance="governance.toml")
    (here / "governance.toml").write_text(as_toml(filled(suppression={"file": "no.csv"})))
    with pytest.raises(MissingDataError, match=r"There is no file 'no\.csv'"):
        check_lists(suppress=None, governance="governance.toml")


def test_a_table_must_name_its_customers():
    check_customer_named({"table": "t.csv", "suppress": "no.csv", "customer": "id"})
    check_customer_named({"source": "campaigns.toml", "suppress": "no.csv"})
    check_customer_named({"table": "t.csv"})
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        check_customer_named({"table": "t.csv", "suppress": "no.csv"})
