from dataclasses import replace

from workbench.governance import screen
from workbench.governance.counts_in_text import told_count
from workbench.reports import introduce_texts


def test_counts_are_in_fives_and_small_ones_are_not_told(table, capsys):
    introduce_texts(replace(table, unlabelled=3, empty=23, by_week=True))
    said = capsys.readouterr().out
    people = told_count(table.customer.nunique())
    assert f"300 texts of {people} customers, with 7 labels; 12 periods; 3 languages." in said
    assert "Texts without a label, passed over: under 10." in said
    assert "Texts without a word, passed over: 25." in said
    assert "told by its Monday" in said


def test_periods_that_may_be_one_are_counted(table, capsys):
    introduce_texts(table)
    assert "zeros" not in capsys.readouterr().out
    period = table.period.astype(object).copy()
    period.iloc[::2] = period.iloc[::2].str.replace("-0", "-", regex=False)
    pairs = sum("-0" in name for name in table.period.unique())
    assert pairs > 1
    introduce_texts(replace(table, period=period))
    assert f"{pairs} periods differ from others in zeros" in capsys.readouterr().out


def test_texts_under_several_labels_are_counted_and_not_quoted(table, capsys):
    labels = table.labels.copy()
    texts = table.texts.copy()
    texts.iloc[:30] = [f"One and the same {chr(97 + k // 2)}" for k in range(30)]
    labels.iloc[:30] = ["invoice", "returns"] * 15
    introduce_texts(replace(table, texts=texts, labels=labels))
    said = capsys.readouterr().out
    assert "came under several labels: 15. No router can tell these" in said
    assert "One and the same" not in said


def test_a_label_of_few_customers_is_held_back_from_there_on(table, capsys):
    screen.watch()
    try:
        introduce_texts(table)
        assert screen.said("Look at label 'press'.") == "Look at label 'other'."
        assert screen.said("Look at label 'invoice'.") == "Look at label 'invoice'."
    finally:
        screen.forget()
    assert "300 texts" in capsys.readouterr().out
