import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.errors import DataError, ParameterError
from workbench.frame.streamed import first_pass
from workbench.frame.streamed.kept_contacts import KeptContacts
from workbench.governance.people import People
from workbench.reports.judged_on import fingerprint

ASKED = {"target": "bought", "campaign": "month"}


def test_contacts_are_those_of_memory_without_their_features(tmp_path):
    table = mailings(500).assign(who=np.arange(500) % 70)
    rows = ParquetRows(written(table, tmp_path), **ASKED, customer="who")
    frame = FeatureFrame.from_table(table, **ASKED, customer="who")
    found = rows.contacts(["job", "web_spend"])
    pd.testing.assert_frame_equal(found.X, frame.X[["job", "web_spend"]])
    for name in ("y", "campaign", "customer"):
        pd.testing.assert_series_equal(
            getattr(found, name), getattr(frame, name), check_dtype=False
        )
    pd.testing.assert_frame_equal(rows.contacts().summary(), frame.summary())
    assert list(rows.contacts().X) == ["(features are in the files)"]
    january = rows.only(["2024-01"]).contacts()
    assert len(january) == int((frame.campaign == "2024-01").sum())


def test_contacts_keep_features_alone(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    with pytest.raises(ParameterError, match=r"`columns` must name features.* got \['bought'\]"):
        rows.contacts(["bought"])


def gathered(contents, times):
    kept = KeptContacts(contents, ())
    for block in list(contents.read((), doing="Reading")) * times:
        kept.add(block)
    return kept.frame()


@pytest.mark.parametrize("times", [0, 2])
def test_more_or_fewer_rows_than_at_first_are_refused(tmp_path, times):
    contents = ParquetRows(written(mailings(60), tmp_path), **ASKED).contents
    assert len(gathered(contents, 1)) == 60
    with pytest.raises(DataError, match="Files must stay as they are until all is read"):
        gathered(contents, times)


_WHO = np.random.default_rng(7).integers(0, 400, 600)
_GAP = np.random.default_rng(8).random(600) < 0.1
_TEXT = pd.Series(_WHO).astype("str")


@pytest.mark.parametrize("sample", [600, 60])
@pytest.mark.parametrize(
    "who",
    [
        _TEXT.mask(_GAP, ""),
        ("K" + _TEXT).mask(_GAP, "  "),
        _TEXT.mask(_GAP, " " + _TEXT + " "),
        ("K" + _TEXT).mask(_GAP, "").astype("category"),
        _TEXT.mask(np.arange(600) > 550, "A" + _TEXT),
        pd.Series(_WHO + 2**53).astype("Int64").mask(_GAP),
    ],
    ids=["empty", "spaces", "padded", "levels", "a letter, late", "large, with gaps"],
)
def test_customers_are_written_as_in_memory(tmp_path, monkeypatch, who, sample):
    monkeypatch.setattr(first_pass, "SAMPLE_ROWS", sample)
    table, roles = mailings(600).assign(who=who), {"target": "bought", "campaign": "month"}
    folder = written(table, tmp_path / "t")
    memory = FeatureFrame.from_table(table, customer="who", **roles)
    files = ParquetRows(folder, customer="who", **roles).contacts()
    assert People.of(files).code.tolist() == People.of(memory).code.tolist()
    assert fingerprint(files) == fingerprint(memory)
