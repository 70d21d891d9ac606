"""Of a thousand customers who objected, none is in anything that a run or a list leaves behind."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench
from tests.governance.papers.filled import as_toml, filled
from workbench import CampaignData, Events, Outcome
from workbench.features import FeatureSet
from workbench.governance import ModelCard
from workbench.reports import run as running
from workbench.ridge.export.model_schema import mark_of

SUPPRESSED = [f"XQ-{k:06d}" for k in range(0, 3000, 3)]
ANYBODY = re.compile(rb"XQ-\d{6}")


def ids_in(folder):
    """Every id of anybody that stands in a file below, packed tables opened."""
    found = set()
    for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += pd.read_parquet(file).to_csv().encode()
        found |= {one.decode() for one in ANYBODY.findall(content)}
    return found


def shop(seed=4):
    """Three contacts a customer, who is named in columns, in texts, and by the index."""
    rng = np.random.default_rng(seed)
    who = np.tile([f"XQ-{k:06d}" for k in range(3000)], 3)
    n = len(who)
    by = np.where(rng.random(n) < 0.05, rng.choice(who, n), rng.choice(["shop", "web"], n))
    visits = rng.poisson(2, n)
    chance = 1 / (1 + np.exp(2.4 - 0.6 * visits))
    few = rng.choice(who, 30)
    table = pd.DataFrame(
        {
            "customer": who,
            "month": np.repeat(["2024-01", "2024-02", "2024-03"], n // 3),
            "visits": visits,
            "recruited_by": by,  # a level of a column
            "desk": [f"desk of {few[k % 30]}" if k % 3 else "none" for k in range(n)],  # in a text
            "account": who,
            "spend": rng.gamma(2.0, 10.0, n).round(2),
            "bought": (rng.random(n) < chance).astype(int),
        },
        index=pd.Index(who, name="key"),
    )
    waiting = rng.random(n) < 0.05
    return table.assign(bought=table["bought"].astype("float").mask(waiting))


def halves(folder):
    """Write half of them to a list that is given, and half to one that governance.toml names."""
    ids = [*SUPPRESSED, "XQ-999999"]
    for name, some in (("no.csv", ids[::2]), ("objected.csv", ids[1::2])):
        pd.DataFrame({"customer": some}).to_csv(folder / name, index=False)
    said = filled(suppression={"file": "objected.csv"})
    (folder / "governance.toml").write_text(as_toml(said), encoding="utf-8")
    return {"suppress": str(folder / "no.csv"), "governance": str(folder / "governance.toml")}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder in which the executed notebook is kept: a run removes it after its export."""
    folder = tmp_path / "out" / "executed"
    folder.mkdir(parents=True)
    execute = running.execute_or_keep

    def keeping(prepared, executed, *rest, **named):
        execute(prepared, executed, *rest, **named)
        shutil.copy(executed, folder / "executed.ipynb")

    monkeypatch.setattr(running, "execute_or_keep", keeping)
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "out" / "cache"))
    return folder


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")
def test_none_of_a_thousand_is_in_anything_that_is_left(tmp_path, kept):
    table, out = shop(), tmp_path / "out"
    assert set(SUPPRESSED) <= set(table["customer"])
    table.to_parquet(tmp_path / "shop.parquet")
    lists = halves(tmp_path)
    finished = workbench.run(
        "propensity",
        output=out / "reports",
        fail_on="none",
        table=str(tmp_path / "shop.parquet"),
        target="bought",
        customer="customer",
        campaign="month",
        release="exact",  # for readers inside: the most that is ever shown
        **lists,
    )
    workbench.score(
        table=tmp_path / "shop.parquet",
        model=finished.model,
        output=out / "s.csv",
        **lists,
    )
    recipe = json.loads(finished.model.read_text())["recipe"]
    assert recipe["suppressed"] == {"customers": 1000, "rows": 3000}
    card = ModelCard.from_dict(json.loads((out / "reports" / "card.json").read_text()))
    content = json.loads(finished.model.read_text())
    assert card.row("model-description", "model-hash").pieces[0].source == mark_of(content)
    checks = card.to_dict()["checks"]
    states = {check["name"]: check["state"] for check in checks}
    assert states["objections-used"] == "pass"
    assert (kept / "executed.ipynb").stat().st_size > 100_000
    found = ids_in(out)
    assert found & set(SUPPRESSED) == set()
    assert "XQ-999999" not in found
    assert len(found) > 1000  # others are there: the search sees ids


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nobody_without_contacts_changes_a_bit_of_a_model_or_a_list(tmp_path):
    shop().to_parquet(tmp_path / "shop.parquet", index=False)
    said = {"target": "bought", "customer": "customer", "campaign": "month"}
    files = []
    for name, ids in (("a", None), ("b", [f"ZZ-{k:06d}" for k in range(1000)])):
        frame = workbench.load(tmp_path / "shop.parquet", suppress=ids, **said)
        model = workbench.RidgePropensity(alpha=0.01).fit(frame)
        model.save(tmp_path / f"{name}.json", recipe=frame.recipe)
        workbench.score(
            table=tmp_path / "shop.parquet",
            model=tmp_path / f"{name}.json",
            output=tmp_path / f"{name}.csv",
            suppress=ids,
        )
        files.append((tmp_path / f"{name}.csv").read_bytes())
    assert files[0] == files[1]


def campaigns(seed=6):
    """Campaign tables of a shop, with customers who were never contacted, and names in texts."""
    rng = np.random.default_rng(seed)
    who = np.array([f"XQ-{k:06d}" for k in range(3000)])
    contacted = who[:2000]
    labels = ["spring", "summer", "autumn"]
    starts = pd.to_datetime(["2024-03-01", "2024-06-01", "2024-09-01"])
    n = 30_000
    visits = pd.DataFrame(
        {
            "customer": rng.choice(who, n),
            "at": pd.Timestamp("2023-10-01")
            + pd.to_timedelta(rng.integers(0, 400 * 86_400, n), unit="s"),
            "amount": rng.gamma(2.0, 12.0, n).round(2),
            "desk": np.where(rng.random(n) < 0.2, rng.choice(who[:30], n), "shop"),
        }
    )
    known = pd.DataFrame(
        {
            "customer": who,
            "region": rng.choice(["north", "south"], len(who)),
            "friend": rng.permutation(who),
        }
    )
    data = CampaignData(
        pd.DataFrame({"customer": np.tile(contacted, 3), "campaign": np.repeat(labels, 2000)}),
        pd.DataFrame({"campaign": labels, "start": starts}),
        events={"visits": Events(visits, time="at")},
        attributes={"people": workbench.Attributes(known, never_changes=True)},
        outcome=Outcome("visits", horizon_days=14),
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until="2024-11-01",
    )
    return data, who


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_features_that_are_kept_on_disk_are_of_nobody_of_the_list(tmp_path):
    data, who = campaigns()
    left = data.without_customers(SUPPRESSED)
    frame = FeatureSet.default(left).build(left, progress=False, cache=tmp_path / "cache")
    assert any((tmp_path / "cache").iterdir())
    workbench.RidgePropensity(alpha=0.01).fit(frame).save(tmp_path / "m.json", recipe=frame.recipe)
    assert ids_in(tmp_path) & set(SUPPRESSED) == set()
    held = json.dumps([frame.recipe, list(frame.notes)], default=str)
    held += frame.X.to_csv() + str(frame.customer.tolist())
    assert not set(re.findall(r"XQ-\d{6}", held)) & set(SUPPRESSED)
    assert set(frame.customer) == set(who[:2000]) - set(SUPPRESSED)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_events_of_nobody_contacted_change_no_feature_and_no_score():
    data, who = campaigns()
    data = data.without_customers([])  # both with a list: names in texts are looked for alike
    left = data.without_customers(who[2500:])
    frames = [
        FeatureSet.default(one).build(one, progress=False, cache=False) for one in (data, left)
    ]
    named = [name for name in frames[0].X if "friend" in name]  # others named them: taken out
    kept = [frame.X.drop(columns=named) for frame in frames]
    pd.testing.assert_frame_equal(*kept, check_exact=True)
    model = workbench.RidgePropensity(alpha=0.01).fit(frames[0].without(*named))
    scores = [np.asarray(model.propensity(frame.without(*named))) for frame in frames]
    np.testing.assert_array_equal(*scores)
