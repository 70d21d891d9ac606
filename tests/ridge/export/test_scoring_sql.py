"""The printed score against `predict_proba`, in every database that runs here."""

import re
import warnings
from copy import copy

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from workbench import FeatureFrame
from workbench.errors import DataWarning, FitError, ParameterError
from workbench.frame.level_spelling import spelled
from workbench.ridge import RidgeAmount, RidgeCount, RidgePropensity, RidgeUplift, scoring_sql
from workbench.ridge.design.design import Column, Design
from workbench.ridge.design.levels import spelled_twice


def awkward(rows, *, seed):
    """Numbers with gaps, large ones, categories with odd names, and new levels from row 250 on."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": rng.poisson(3.0, rows).astype(float),
            "spend": rng.lognormal(8, 2, rows),
            'a "quoted" name': rng.normal(size=rows),
            "segment": rng.choice(["it's", "a\\b", "Ö", "B"], rows),
            "region": rng.choice(["north", "south"], rows),
        }
    )
    X.loc[rng.random(rows) < 0.2, "spend"] = np.nan
    X.loc[rng.random(rows) < 0.2, "segment"] = None
    return X


@pytest.fixture(scope="module")
def model():
    X = awkward(400, seed=1)
    y = np.random.default_rng(2).random(400) < 1 / (1 + np.exp(2 - X["visits"]))
    with pytest.warns(UserWarning, match="Missing values"):
        return RidgePropensity(alpha=0.01).fit(X, y)


def new_rows():
    """Rows that also have gaps where training had none, unknown levels, and far-off numbers."""
    X = awkward(60, seed=3)
    X.loc[0, "visits"] = np.nan
    X.loc[1, "region"] = None
    X.loc[2, "region"] = "east"
    X.loc[3:4, "visits"] = [1e5, -1e5]  # log-odds beyond what exp can take
    return X


def held(X):
    """A connection with the table, half of its gaps NaN and half NULL."""
    connection = duckdb.connect()
    connection.register("x", X.assign(contact=range(len(X))))
    nan = "CASE WHEN spend IS NULL AND contact % 2 = 0 THEN 'NaN'::DOUBLE ELSE spend END AS spend"
    connection.execute(f"CREATE TABLE features AS SELECT * REPLACE ({nan}) FROM x")
    connection.unregister("x")
    return connection


@pytest.fixture(scope="module")
def extrapolating(model):
    return copy(model).set_params(extrapolate=True)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
@pytest.mark.parametrize("extrapolate", [False, True])
def test_it_is_predict_proba(warehouse, model, extrapolating, extrapolate):
    X, model = new_rows(), extrapolating if extrapolate else model
    names, rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), held(X))
    assert names == ["contact", "propensity"]
    assert [row[0] for row in rows] == list(range(len(X)))
    found = np.array([row[1] for row in rows])
    wanted = model.predict_proba(X)[:, 1]
    assert (wanted.min() < 1e-300 or wanted.max() == 1.0) == extrapolate
    near = wanted > 1e-300  # what is smaller is held at exp(-700)
    np.testing.assert_allclose(found[near], wanted[near], rtol=1e-12)
    assert (found[~near] < 1e-300).all()


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
def test_numbers_out_of_range_are_held_in_every_column(warehouse, model):
    rng = np.random.default_rng(5)
    X = new_rows().assign(
        spend=lambda X: X["spend"] * rng.choice([-1.0, 1e-9, 1.0, 1e9], len(X)),
        visits=lambda X: X["visits"] + rng.choice([-50.0, 0.0, 50.0], len(X)),
    )
    _, rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), held(X))
    found = np.array([row[1] for row in rows])
    np.testing.assert_allclose(found, model.predict_proba(X)[:, 1], rtol=1e-12)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
@pytest.mark.parametrize("kind", [RidgeAmount, RidgeCount])
def test_amounts_and_counts_are_foretold_alike(warehouse, kind):
    X = awkward(400, seed=1)
    y = np.random.default_rng(2).poisson(np.exp(0.2 * X["visits"]))
    with pytest.warns(UserWarning, match="Missing values"):
        model = kind(0.01).fit(X, y)
    query = scoring_sql(model, dialect=warehouse.dialect)
    names, rows = warehouse.ask(query, held(new_rows()))
    assert names == ["contact", model.foretells]
    found = np.array([row[1] for row in rows])
    np.testing.assert_allclose(found, model.predict(new_rows()), rtol=1e-11)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
@pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning")
@pytest.mark.parametrize("extrapolate", [False, True])
def test_an_uplift_stands_beside_the_two_propensities(warehouse, extrapolate):
    X, rng = awkward(400, seed=1), np.random.default_rng(2)
    mailed = rng.random(400) < 0.5
    y = rng.random(400) < 1 / (1 + np.exp(2 - X["visits"] * (0.5 + 0.5 * mailed)))
    arms = {"treatment": pd.Series(np.where(mailed, "mail", "none")), "control": "none"}
    frame = FeatureFrame(X, y.astype("float64"), **arms)
    model = RidgeUplift(0.01, extrapolate=extrapolate).fit(frame)
    query = scoring_sql(model, dialect=warehouse.dialect)
    names, rows = warehouse.ask(query, held(new_rows()))
    assert names == ["contact", "uplift", "propensity_treated", "propensity_untreated"]
    assert [row[0] for row in rows] == list(range(len(new_rows())))
    found = pd.DataFrame([row[1:] for row in rows], columns=names[1:])
    pd.testing.assert_frame_equal(found, model.scores(new_rows()), rtol=1e-11, atol=1e-12)
    for name in names[1:]:
        with pytest.raises(ParameterError) as caught:
            scoring_sql(model, key=name)
        assert str(caught.value) == (
            f"`key` must not be {name!r}, the name of the result. Rename that column of the "
            "table, or choose another one."
        )


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
def test_a_count_far_out_is_written_as_python_has_it(warehouse):
    X = awkward(400, seed=1)[["visits"]]
    y = np.random.default_rng(2).poisson(np.exp(0.5 * X["visits"]))
    model = RidgeCount(0.001, extrapolate=True).fit(X, y)
    far = pd.DataFrame({"visits": [3.0, 1e5, -1e6]})
    query = scoring_sql(model, dialect=warehouse.dialect)
    connection = duckdb.connect()
    connection.register("features", far.assign(contact=range(3)))
    found = [row[1] for row in warehouse.ask(query, connection)[1]]
    with pytest.warns(UserWarning, match="are extrapolated"):
        np.testing.assert_allclose(found, model.predict(far), rtol=1e-11)
    assert found[2] == 0.0


def test_a_model_without_ranges_is_printed_only_if_it_extrapolates(model):
    old = copy(model)
    old.columns_ = model.columns_.drop(columns=["low", "high"])
    with pytest.raises(FitError, match=r"^The trained ranges of this model are not known"):
        scoring_sql(old)
    free = copy(model).set_params(extrapolate=True)
    assert scoring_sql(old.set_params(extrapolate=True)) == scoring_sql(free)


def test_many_columns_do_not_nest_deeply(warehouse):
    rng = np.random.default_rng(4)
    X = pd.DataFrame(rng.normal(size=(50, 700)), columns=[f"x{i}" for i in range(700)])
    wide = RidgePropensity(alpha=1.0).fit(X, rng.random(50) < 0.5)
    connection = duckdb.connect()
    connection.register("features", X.assign(contact=range(50)))
    _, rows = warehouse.ask(scoring_sql(wide, dialect=warehouse.dialect), connection)
    found = np.array([row[1] for row in rows])
    np.testing.assert_allclose(found, wide.predict_proba(X)[:, 1], rtol=1e-12)


def test_names_of_the_table_and_its_key(model):
    query = scoring_sql(model, table="my features", key="id")
    assert 'FROM "my features"' in query
    assert 'SELECT k AS "id"' in query


def test_a_loaded_model_scores_alike(model, tmp_path):
    again = RidgePropensity.load(model.save(tmp_path / "model.json"))
    assert scoring_sql(again, dialect="spark") == scoring_sql(model, dialect="spark")


def test_an_unfitted_model():
    with pytest.raises(NotFittedError):
        scoring_sql(RidgePropensity())


KINDS = {  # the same values as a warehouse may keep them, and as Python may hold them
    "member": {
        "BOOLEAN": [True, False, None],
        "INTEGER": [1, 0, None],
        "DOUBLE": [1.0, 0.0, float("nan")],
        "VARCHAR": ["TRUE", " f ", ""],
    },
    "grade": {
        "INTEGER": [1, 20, None],
        "DOUBLE": [1.0, 20.0, float("nan")],
        "REAL": [1.0, 20.0, None],
        "DECIMAL(9, 4)": [1.0, 20.0, None],
        "VARCHAR": ["1.00", "20 ", "  "],
    },
    "size": {
        "DOUBLE": [1e16, 2.5e-7, None],
        "VARCHAR": ["1e+16", "0.00000025", None],
    },
    "day": {
        "DATE": ["2024-03-01", "2023-12-31", None],
        "TIMESTAMP": ["2024-03-01 00:00:00", "2023-12-31", None],
        "VARCHAR": ["2024-03-01T00:00:00", "2023-12-31 00:00", ""],
    },
    "moment": {
        "TIMESTAMP": ["2024-03-01 10:30:00", "2024-03-01 10:30:00.250", None],
        "VARCHAR": ["2024-03-01 10:30", "2024-03-01T10:30:00.25", None],
    },
    "code": {"VARCHAR": [" 01", "1", ""]},
}
LEVELS = {
    "member": ["True", "False"],
    "grade": ["1", "20"],
    "size": ["1e+16", "2.5e-07"],
    "day": ["2024-03-01", "2023-12-31"],
    "moment": ["2024-03-01 10:30:00", "2024-03-01 10:30:00.25"],
    "code": ["01", "1"],
}
EVERY_KIND = [
    (name, kind, flagged)
    for name, kinds in KINDS.items()
    for kind in kinds
    for flagged in (True, False)
]


def categories(*, flagged):
    """A model with a category of each kind; with gaps in training, or without."""
    rng = np.random.default_rng(6)
    X = pd.DataFrame({name: rng.choice(levels, 300) for name, levels in LEVELS.items()})
    if flagged:
        X = X.mask(rng.random(X.shape) < 0.1)
    y = rng.random(300) < 1 / (1 + np.exp(X.eq(X.iloc[0]).to_numpy() @ np.arange(-3, 3)))
    return RidgePropensity(alpha=0.001).fit(X, y)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # of gaps
def test_a_level_is_the_same_whatever_type_a_table_keeps_it_in(warehouse):
    models = {flagged: categories(flagged=flagged) for flagged in (True, False)}
    plain = {name: [*levels, None] for name, levels in LEVELS.items()}
    connection = duckdb.connect()
    for name, kind, flagged in EVERY_KIND:
        model = models[flagged]
        columns = ", ".join(f"{n} {kind if n == name else 'VARCHAR'}" for n in plain)
        connection.execute(f"CREATE OR REPLACE TABLE features (contact BIGINT, {columns})")
        held = {**plain, name: KINDS[name][kind]}
        for row in range(3):
            values = [row, *(column[row] for column in held.values())]
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO features VALUES ({marks})", values)
        query = scoring_sql(model, dialect=warehouse.dialect)
        found = [row[1] for row in warehouse.ask(query, connection)[1]]
        said = f"{name} as {kind}"
        wanted = model.predict_proba(pd.DataFrame(plain, dtype="str"))[:, 1]
        assert found == pytest.approx(wanted.tolist(), rel=1e-12), said
        table = connection.execute("SELECT * FROM features ORDER BY contact").df()
        read = model.predict_proba(table)[:, 1]
        assert read.tolist() == wanted.tolist(), said


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # of gaps
@pytest.mark.parametrize("kind", ["BOOLEAN", "INTEGER", "DOUBLE", "VARCHAR"])
def test_a_flag_that_is_a_number_to_the_model(warehouse, kind):
    rng = np.random.default_rng(7)
    X = pd.DataFrame({"member": rng.random(200) < 0.5, "z": rng.normal(size=200)})
    model = RidgePropensity(alpha=0.01).fit(X, rng.random(200) < np.where(X.member, 0.7, 0.2))
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE features (contact BIGINT, member {kind}, z DOUBLE)")
    for row, value in enumerate(KINDS["member"][kind]):
        connection.execute("INSERT INTO features VALUES (?, ?, 0.5)", [row, value])
    rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), connection)[1]
    new = pd.DataFrame({"member": [1.0, 0.0, np.nan], "z": 0.5})
    wanted = model.predict_proba(new)[:, 1].tolist()
    assert [row[1] for row in rows] == pytest.approx(wanted, rel=1e-12)
    held = connection.execute("SELECT * FROM features ORDER BY contact").df()
    assert model.predict_proba(held)[:, 1].tolist() == wanted


LEVEL = st.one_of(
    st.text(alphabet="01.eE -tT'\\%_é", max_size=5),
    st.sampled_from(["True", "FALSE", "true", "0", "1", "1.0", "yes", "nan", "2024-03-01"]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
LATE = st.integers(-(10**15), 10**15).map(lambda us: pd.Timestamp(us, unit="us"))
TABLES = st.one_of(
    *(st.tuples(st.just(kind), st.lists(values, min_size=1, max_size=6)) for kind, values in (
        ("BOOLEAN", st.none() | st.booleans()),
        ("INTEGER", st.none() | st.integers(-9, 99)),
        ("BIGINT", st.none() | st.integers(-(2**53), 2**53)),
        ("DOUBLE", st.none() | st.floats(-1e140, 1e140)),
        ("DECIMAL(12, 3)", st.none() | st.integers(-(10**8), 10**8).map(lambda n: n / 1000)),
        ("DATE", st.none() | LATE.map(pd.Timestamp.date)),
        ("TIMESTAMP", st.none() | LATE.map(pd.Timestamp.to_pydatetime)),
        ("VARCHAR", st.none() | LEVEL),
    ))
)  # fmt: skip


SHARED = duckdb.connect()  # a connection takes longer than a question


@settings(derandomize=True, max_examples=60, deadline=None)
@given(table=TABLES, others=st.lists(LEVEL, max_size=4), as_text=st.booleans())
def test_python_and_sql_agree_on_any_column(table, others, as_text):
    kind, values = table
    SHARED.execute(f"CREATE OR REPLACE TABLE features (contact BIGINT, x {kind})")
    marks = [value for pair in enumerate(values) for value in pair]
    SHARED.execute(f"INSERT INTO features VALUES {', '.join(['(?, ?)'] * len(values))}", marks)
    held = SHARED.execute("SELECT * FROM features ORDER BY contact").df()
    own = spelled(held["x"]).dropna().tolist() if not as_text else []
    levels = tuple(sorted({*own, *others}))
    if not levels or (kind != "VARCHAR" and spelled_twice(levels)):
        return  # such levels are matched as they are written: as text
    model = a_model_of(Column("x", levels=levels, flag=True, exact=spelled_twice(levels)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        wanted = model.predict_proba(held)[:, 1]
    found = [row[1] for row in SHARED.execute(scoring_sql(model)).fetchall()]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def a_model_of(column):
    """A model whose every design column has another coefficient."""
    names = column.design_names
    made = RidgePropensity(alpha=1.0)
    made.design_, made.classes_, made.intercept_ = Design((column,)), np.array([0, 1]), np.zeros(1)
    made.training_ = {"rows": 10.0}
    made.columns_ = pd.DataFrame(
        {
            "feature": column.name,
            "coef_standardised": np.arange(1.0, len(names) + 1) / 8,
            "scale": 1.0,
            "low": 0.0,
            "high": 1.0,
        },
        index=names,
    )
    return made


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "bigquery"])
def test_names_that_differ_in_case_alone_are_refused_where_they_are_one(dialect):
    X = pd.DataFrame({"Age": [0.0, 1.0, 2.0, 5.0], "age": [1.0, 0.0, 0.0, 1.0]})
    model = RidgePropensity(alpha=1.0).fit(X, [0, 1, 0, 1])
    expected = (
        f"Columns must differ in more than case: {dialect} does not tell 'Age' from 'age'. Rename "
        "one of them, and fit again."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        scoring_sql(model, dialect=dialect)
    assert '"Age"' in scoring_sql(model, dialect="postgres")
    one = RidgePropensity(alpha=1.0).fit(X[["age"]], [0, 1, 0, 1])
    with pytest.raises(ParameterError, match=r"does not tell 'AGE' from 'age'"):
        scoring_sql(one, dialect=dialect, key="AGE")


def test_names_that_the_query_uses_itself(warehouse):
    rng = np.random.default_rng(8)
    names = ["log_odds", "given", "scored", "propensity", "f1", "k"]
    X = pd.DataFrame(rng.normal(size=(40, 6)), columns=names)
    model = RidgePropensity(alpha=0.1).fit(X, rng.random(40) < 0.5)
    connection = duckdb.connect()
    connection.register("features", X.assign(contact=range(40)))
    _, rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), connection)
    wanted = model.predict_proba(X)[:, 1].tolist()
    assert [row[1] for row in rows] == pytest.approx(wanted, rel=1e-12)
    with pytest.raises(ParameterError, match=r"^`key` must not be 'propensity'"):
        scoring_sql(model, key="propensity")


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("features", '"features"'),
        ("crm.features", '"crm"."features"'),
        ("db.crm.my features", '"db"."crm"."my features"'),
        ('crm."features.2024"', '"crm"."features.2024"'),
        ('"a""b.c"', '"a""b.c"'),
    ],
)
def test_a_schema_stands_before_its_table(model, table, wanted):
    query = scoring_sql(model, table=table)
    assert f"FROM {wanted}\n" in query


def test_a_table_in_a_schema_is_read(model):
    connection = held(new_rows())
    connection.execute("CREATE SCHEMA crm; CREATE TABLE crm.features AS SELECT * FROM features")
    connection.execute("DROP TABLE features")
    assert len(connection.execute(scoring_sql(model, table="crm.features")).fetchall()) == 60


@pytest.mark.parametrize("table", ["", "crm.", ".features", "a..b", 'a"b'])
def test_half_a_name_of_a_table(model, table):
    expected = (
        "`table` must be a name, or schema.table with a name on each side of the point; got "
        f"{table!r}. Put a name that has a point itself in double quotes."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        scoring_sql(model, table=table)
