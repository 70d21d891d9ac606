import re

import workbench


def test_the_page_is_private_escaped_and_loads_nothing(saved, side_table, tmp_path):
    odd = side_table.rename(columns={"visits": "<script>alert(1)</script>"})
    found = workbench.compare(saved("old"), saved("new", odd))
    page = found.save(tmp_path / "page.html")
    text = page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search(r"(src|href)=", text)
    assert "default-src 'none'" in text
    for caution in found.cautions:
        assert caution.split("`")[0] in text


def test_a_notebook_shows_what_the_page_does(saved, tmp_path):
    folder = saved("old")
    found = workbench.compare(folder, folder)
    assert found._repr_html_() in found.save(tmp_path / "page.html").read_text("utf-8")
