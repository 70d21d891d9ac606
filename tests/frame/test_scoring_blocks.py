import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, MissingDataError, SchemaError
from workbench.frame.scoring_blocks import frames_to_score

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def table(n, seed):
    rng = np.random.default_rng(seed)
    made = pd.DataFrame(
        {
            "id": [f"{k:05d}" for k in range(n)],
            "spend": np.round(rng.gamma(2, 500, n), 2),
            "member": rng.random(n) < 0.5,
            "grade": rng.integers(1, 4, n).astype(str),
            "region": rng.choice(["north", "it's", "Ö"], n),
            "since": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 400, n), "D"),
        }
    )
    log_odds = made["spend"] / 1000 - 1 + made["member"] - (made["region"] == "Ö")
    return made.assign(bought=(rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int))


def german(data):
    """The same table as another system writes it: decimal comma, points, days first."""
    written = data.copy()
    written["spend"] = [
        f"{v:,.2f}".translate(str.maketrans({",": ".", ".": ","})) for v in data["spend"]
    ]
    written["since"] = data["since"].dt.strftime("%d.%m.%Y")
    return written


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("trained") / "train.csv"
    german(table(600, 1)).to_csv(path, sep=";", index=False)
    frame = FeatureFrame.from_table(path, target="bought", customer="id")
    return RidgePropensity(alpha=0.01).fit(frame), frame.recipe


def scored(trained, source):
    model, recipe = trained
    return model.propensity(FeatureFrame.to_score(source, recipe))


def test_one_row_alone_in_ten_and_in_every_file_has_one_score(trained, tmp_path):
    new = table(10, 2)
    whole, parquet = tmp_path / "ten.csv", tmp_path / "ten.parquet"
    german(new).to_csv(whole, sep=";", index=False)
    new.to_parquet(parquet)
    wanted = scored(trained, whole).to_numpy()
    assert np.ptp(wanted) > 0.3
    for source in (parquet, new, new.assign(member=new["member"].map({True: "JA", False: "nein"}))):
        np.testing.assert_array_equal(scored(trained, source), wanted)
    for row in range(10):
        alone = new.iloc[[row]]
        assert scored(trained, alone).tolist() == [wanted[row]]
        path = tmp_path / f"{row}.csv"
        german(alone).to_csv(path, sep=";", index=False)
        assert scored(trained, path).tolist() == [wanted[row]]


def test_an_excel_book_scores_alike(trained, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from zoo.books import book

    new, path = table(10, 2), tmp_path / "ten.xlsx"
    cells = new.astype(object).to_numpy().tolist()
    path.write_bytes(book([list(new), *cells]))
    np.testing.assert_array_equal(scored(trained, path), scored(trained, new))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [7, 1000])
def test_blocks_are_the_whole_to_the_last_bit(trained, tmp_path, kind, rows):
    model, recipe = trained
    new, path = table(500, 3), tmp_path / f"new.{kind}"
    if kind == "csv":
        german(new).to_csv(path, sep=";", index=False)
    else:
        new.to_parquet(path)
    frames = list(frames_to_score(path, recipe, rows=rows, large=0))
    assert len(frames) >= 500 // rows
    found = np.concatenate([model.propensity(frame) for frame in frames])
    np.testing.assert_array_equal(found, scored(trained, path))
    customers = pd.concat([frame.customer for frame in frames], ignore_index=True)
    assert customers.tolist() == new["id"].tolist()


@pytest.mark.filterwarnings("ignore::workbench.errors.WorkbenchWarning")  # of the rest
def test_the_rest_of_a_file_has_no_say(trained):
    wanted = scored(trained, table(3, 4)).tolist()
    odd = table(3, 5).assign(
        spend=[1e9, np.nan, 3.0], member=[True, None, False], grade=["x", "", "1"]
    )
    both = pd.concat([table(3, 4), odd], ignore_index=True)
    assert scored(trained, both)[:3].tolist() == wanted


def test_what_is_not_there_and_what_is_too_much(trained, tmp_path):
    new = table(5, 6)
    wanted = scored(trained, new).tolist()
    assert scored(trained, new.drop(columns="bought")).tolist() == wanted
    assert scored(trained, new.assign(more=1, bought="?")).tolist() == wanted
    assert scored(trained, new[new.columns[::-1]]).tolist() == wanted
    with pytest.raises(SchemaError, match=r"^The table to score .*'spend'"):
        scored(trained, new.drop(columns="spend"))
    with pytest.raises(SchemaError, match=r"^The table .*'id'"):
        scored(trained, new.drop(columns="id"))
    missing = str(tmp_path / "no.csv")
    with pytest.raises(MissingDataError, match=f"^There is no file {re.escape(repr(missing))}"):
        list(frames_to_score(missing, trained[1]))


@pytest.mark.parametrize(
    "spend",
    [["12.50", "3.75"], ["$ 12", "7 kg"], ["1.234,5x", "2"]],
)
def test_numbers_in_another_spelling_are_refused_and_never_another_score(trained, spend):
    with pytest.raises((DataError, SchemaError), match=r"'spend'"):
        scored(trained, table(2, 7).assign(spend=spend))


def test_an_empty_parquet_file(trained, tmp_path):
    table(0, 1).to_parquet(tmp_path / "new.parquet")
    with pytest.raises(DataError, match=r"^The table must have at least one row"):
        list(frames_to_score(tmp_path / "new.parquet", trained[1]))
