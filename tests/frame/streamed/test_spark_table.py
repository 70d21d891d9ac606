import pandas as pd
import pyarrow as pa
import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.frame.streamed.spark_table import SparkTable


@pytest.mark.parametrize(
    ("given", "came"),
    [(pd.DataFrame({"x": [1]}), "pandas DataFrame"), ("contacts", "builtins str")],
    ids=["a table", "a name"],
)
def test_what_is_no_spark_dataframe_is_told_what_must_come(given, came):
    with pytest.raises(ParameterError) as refused:
        SparkTable.of(given)
    assert str(refused.value) == (
        f"`dataframe` must be a DataFrame of Apache Spark; got a {came}. Take `ParquetRows` for "
        "files, and `FeatureFrame.from_table` for a table in memory."
    )


@pytest.mark.warehouse
def test_types_are_read_as_they_reach_the_executors(spark_session):
    dataframe = spark_session.range(1).selectExpr(
        "true AS b",
        "1Y AS i8",
        "1S AS i16",
        "1 AS i32",
        "1L AS i64",
        "1F AS f32",
        "1D AS f64",
        "1.50BD AS dec",
        "'a' AS s",
        "CAST('a' AS VARCHAR(3)) AS v",
        "DATE'2024-01-01' AS d",
        "TIMESTAMP'2024-01-01' AS t",
        "TIMESTAMP_NTZ'2024-01-01' AS n",
        "NULL AS nothing",
    )
    table = SparkTable.of(dataframe)
    found = table.read(table.schema.names).toArrow().schema
    for field in table.schema:
        there = found.field(field.name).type
        if field.name == "t":  # by the clock of the session
            assert pa.types.is_timestamp(there)
        else:
            assert there == field.type, field.name


@pytest.mark.warehouse
def test_columns_of_other_types_are_named_and_may_be_dropped(spark_session):
    dataframe = spark_session.range(1).selectExpr(
        "id", "array(1) AS items", "map('a', 1) AS counts", "X'00' AS photo"
    )
    with pytest.raises(SchemaError) as refused:
        SparkTable.of(dataframe, ["photo"])
    assert str(refused.value) == (
        "`SparkRows` reads numbers, truth values, text, days and moments; 'items' is array<int>, "
        "'counts' is map<string,int>. Leave such columns out, by `drop`, or make numbers or text "
        "of them."
    )
    assert SparkTable.of(dataframe, ["photo", "items", "counts"]).schema.names == ["id"]


@pytest.mark.warehouse
def test_names_that_spark_cannot_tell_apart_are_refused(spark_session):
    with pytest.raises(SchemaError, match=r"\['age'\] stand more than once \(Spark does not tell"):
        SparkTable.of(spark_session.range(1).selectExpr("1 AS age", "2 AS Age"))


@pytest.mark.warehouse
def test_odd_names_are_read_and_counted(spark_session):
    odd = "a.b `c`"
    dataframe = spark_session.range(6).selectExpr(
        f"nullif(id % 3, 0) AS `{odd.replace('`', '``')}`"
    )
    table = SparkTable.of(dataframe)
    assert table.read([odd]).columns == [odd]
    assert table.distinct(odd) == (2, 4)


@pytest.mark.warehouse
def test_a_stream_never_ends(spark_session):
    stream = spark_session.readStream.format("rate").load()
    with pytest.raises(ParameterError, match="this one is a stream"):
        SparkTable.of(stream)
