"""The gate itself: a page that asks for something or fails must be caught."""

import pytest

pytestmark = pytest.mark.browser


def test_a_self_contained_page_asks_for_itself_only(offline_page, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<title>whole</title><script>document.title += '!'</script>")
    offline_page.goto(page.as_uri())
    assert offline_page.title() == "whole!"
    assert offline_page.requests == [page.as_uri()]
    assert offline_page.errors == []


def test_a_request_and_a_script_error_are_both_kept(offline_page, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<script src='http://localhost:9/require.js'></script><script>missing()</script>"
    )
    offline_page.goto(page.as_uri())
    assert "http://localhost:9/require.js" in offline_page.requests
    assert "missing is not defined" in offline_page.errors
