from workbench.features import FeatureSet, Tables, rfm
from workbench.features.plans.dialects import TITLES, printed


def test_the_comment_lists_tables_and_columns_that_are_read(make_shop):
    query = FeatureSet(rfm("visits", value="spend")).sql(make_shop(), dialect="snowflake")
    head = [line for line in query.splitlines() if line.startswith("--")]
    assert head == [
        "-- Snowflake; over these tables, named as here letter by letter:",
        "--   contacts (contact BIGINT, customer VARCHAR, as_of TIMESTAMP_NTZ)",
        "--   visits (customer VARCHAR, time TIMESTAMP_NTZ, spend DOUBLE)",
    ]


def test_the_comment_is_one_in_every_dialect(make_shop):
    data = make_shop()
    for dialect, title in TITLES.items():
        query = printed("SELECT contact, as_of FROM contacts", dialect, Tables(data))
        assert query.startswith(f"-- {title}; ")
        assert query.splitlines()[1].startswith("--   contacts (contact ")


def test_a_step_is_no_table(make_shop):
    query = printed("WITH a AS (SELECT 1 AS n) SELECT n FROM a", "postgres", Tables(make_shop()))
    assert query.count("--") == 1
