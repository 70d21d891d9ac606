import re

import pytest

from workbench.cli.early_values import check_values
from workbench.errors import DataError, MissingDataError, ParameterError
from workbench.evidence.baselines import methods


def test_what_can_be_run_passes():
    check_values({})
    check_values({"release": "exact", "methods": list(methods()), "seed": 3})
    check_values({"hidden_units": 250, "hidden": "better"})
    check_values({"hidden_units": 0})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"release": "Static"},
            (
                "`release` must be one of ['private', 'static', 'exact']; got 'Static'. "
                "Did you mean 'static'?"
            ),
        ),
        (
            {"language": "xx"},
            (
                "`language` must be one of ['en', 'de', 'de-AT', 'de-CH']; got 'xx', which is for "
                "tests."
            ),
        ),
        (
            {"hidden_units": 2.5},
            (
                "`hidden_units` must be a whole number from 0; got 2.5. Give for example 250, or 0 "
                "for none."
            ),
        ),
        (
            {"hidden": "prove"},
            (
                "`hidden` must be one of ['proven', 'better', 'always']; got 'prove'. Did you mean "
                "'proven'?"
            ),
        ),
        (
            {"offer_margins": {"tea": 2.5}},
            (
                "`offer_margins` is of the offers in the column that `offer` names. Name that one, "
                "too, or leave `offer_margins` out."
            ),
        ),
        (
            {"offers_path": "offers.npz"},
            (
                "`offers_path` is of the offers in the column that `offer` names. Name that one, "
                "too, or leave `offers_path` out."
            ),
        ),
        (
            {"offer": "took", "model_path": "out/a.npz", "offers_path": "out/../out/a.npz"},
            (
                "`model_path` and `offers_path` must be two files; got 'out/../out/a.npz' for "
                "both. Give the model of offers another name, such as 'offers.npz'."
            ),
        ),
        ({"methods": 5}, '`methods` must be a list, as in ["lasso"]; got 5.'),
        (
            {"methods": ["lasso", "forest"]},
            (
                f"`methods` must be among {', '.join(map(repr, methods()))}; got 'forest'. Leave "
                "it out for all of them."
            ),
        ),
    ],
)
def test_what_cannot_be_is_told_before_a_kernel_starts(given, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        check_values(given)


def test_labels_are_read_before_anything_slow(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("age;Age\nvisits;\n")
    check_values({"labels": str(file)})  # what has no words is told where features are known
    file.write_text("age;Age;years\n")
    with pytest.raises(DataError, match=r"'labels.csv' must have two columns"):
        check_values({"labels": str(file)})


def test_lists_of_customers_and_governance_are_looked_at(here):
    with pytest.raises(MissingDataError, match=r"There is no file 'no\.csv'"):
        check_values({"suppress": "no.csv", "table": "t.csv", "customer": "id"})
    (here / "no.csv").write_text("id\n1\n")
    check_values({"suppress": "no.csv", "table": "t.csv", "customer": "id", "governance": None})
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        check_values({"suppress": "no.csv", "table": "t.csv"})
    with pytest.raises(MissingDataError, match=r"There is no file 'governance\.toml'"):
        check_values({"governance": "governance.toml"})
