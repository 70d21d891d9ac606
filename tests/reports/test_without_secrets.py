import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.reports.without_secrets import HIDDEN, without_secrets

SECRET = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8).filter(
    lambda text: text not in "postgresql://@db/shop password access_key parameters"
)


@given(SECRET, st.sampled_from(["", "@", ":", "/", "%40", "#"]))
def test_no_user_and_password_of_a_url_is_left(secret, odd):
    url = f"postgresql+psycopg://ada:{odd}{secret}{odd}@db:5432/shop"
    for value in (url, [url], {"place": {"url": url}}, f"SELECT 1 FROM '{url}'"):
        told = str(without_secrets(value))
        assert secret not in told
        assert "db:5432/shop" in told


@pytest.mark.parametrize(
    "text",
    [
        "host=db password={} dbname=shop",
        "host=db password='{} and more' dbname=shop",
        "https://db/shop?user=a&password={}&x=1",
        "https://db/shop?access_token={}",
        "ATTACH 'x' (TYPE postgres, SECRET {})".replace("SECRET {}", "SECRET={}"),
        '{{"api_key": "{}"}}',
        "API-KEY: {}",
    ],
)
@given(secret=SECRET)
def test_no_password_of_other_spellings_is_left(text, secret):
    assert secret not in without_secrets(text.format(secret))
    assert HIDDEN in without_secrets(text.format(secret))


@pytest.mark.parametrize("name", ["password", "DB_PASSWORD", "api_key", "my-token", "secret"])
def test_what_a_parameter_of_such_a_name_holds_is_hidden(name):
    assert without_secrets({name: "abc", "n": {name: ["abc"]}}) == {
        name: HIDDEN,
        "n": {name: HIDDEN},
    }
    assert without_secrets({name: None}) == {name: None}


@pytest.mark.parametrize(
    "value",
    ["contacts.csv", "ada@example.com", "a=b", 1.5, None, True, ["mail_*", "x"], {"passage": "x"},
     {"monkey": "b", "tokens_used": 3}, "https://example.com/contacts.csv", "bypass=1"],
)  # fmt: skip
def test_all_else_stays_as_it_is(value):
    assert without_secrets(value) == value
