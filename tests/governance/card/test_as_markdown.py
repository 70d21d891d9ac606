"""The card as Markdown: a heading a section, tables of equal width, no text taken for markup."""

from hypothesis import given
from hypothesis import strategies as st
from mistune import create_markdown

from workbench.governance.card.as_markdown import as_markdown, plain
from workbench.governance.card.content import CardContent
from workbench.governance.card.parts import Grid, Said, Section


def test_each_section_is_a_heading_with_its_anchor(card):
    text = card.to_markdown()
    for section in card.sections:
        assert f'<a id="card-{section.key}"></a>\n\n## {section.title}\n' in text


def test_rows_of_a_table_have_as_many_cells_as_its_head():
    grid = Grid("g", "C", ("a", "b"), (((Said("x|y", "d"),), ()),))
    lines = as_markdown(CardContent("t", (), [Section("s", "S", "S", (), (grid,))])).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table == ["| a | b |", "| --- | --- |", "| x\\|y | – |"]


@given(
    st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=20).filter(
        lambda text: "`" not in text and "&" not in text and "\\" not in text
    )
)
def test_a_text_is_shown_as_it_is(text):
    shown = create_markdown()(f"x {plain(text)} x").strip()
    import html

    assert html.unescape(shown) == f"<p>x {text} x</p>"


def test_what_can_be_copied_stands_as_code(card):
    assert "```bash\nworkbench run propensity --table shop.csv\n```" in card.to_markdown()
