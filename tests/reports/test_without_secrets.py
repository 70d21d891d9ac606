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
        "PGPASSWORD={}",
        "dbPassword={}",
        "db_pass={} host=db",
        "dbPass={}",
        "secret_key={}",
        "passwort={}",
        "Kennwort: {}",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={}==;x=1",
        "Endpoint=sb://a;SharedAccessKey={};x=1",
        "https://a.blob/x.csv?sv=2&sig={}",
        "https://a.blob/x.csv?sig={}&sv=2",
        "Driver=x;Pwd={{{};a}};Server=y",
        "Authorization: Bearer {}",
        "Authorization: Basic {}",
        "curl -H 'authorization: bearer {}'",
        "sent Bearer {} to it",
        "AWS_SECRET_ACCESS_KEY={}",
        "client-secret={}",
    ],
)
@given(secret=SECRET)
def test_no_password_of_other_spellings_is_left(text, secret):
    assert secret not in without_secrets(text.format(secret))
    assert HIDDEN in without_secrets(text.format(secret))


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "api_key",
        "my-token",
        "secret",
        "db_pass",
        "dbpassword",
        "pass",
        "PGPASSWORD",
        "passwort",
        "tokens",
        "accessToken",
        "rootPass",
        "AccountKey",
        "sig",
        "Authorization",
        "aws_access_key_id",
        "kennwort",
        "credentials",
        "private_key",
    ],
)
def test_what_a_parameter_of_such_a_name_holds_is_hidden(name):
    assert without_secrets({name: "abc", "n": {name: ["abc"]}}) == {
        name: HIDDEN,
        "n": {name: HIDDEN},
    }
    assert without_secrets({name: None}) == {name: None}


@pytest.mark.parametrize("ids", [["ada", 17], {"id": ["ada", 17]}, 17, ("ada", 17)])
def test_who_objected_is_hidden_and_the_path_of_a_list_is_not(ids):
    assert without_secrets({"suppress": ids}) == {"suppress": HIDDEN}
    for kept in ("no.csv", None):
        assert without_secrets({"suppress": kept}) == {"suppress": kept}


@pytest.mark.parametrize(
    "value",
    ["contacts.csv", "ada@example.com", "a=b", 1.5, None, True, ["mail_*", "x"], {"passage": "x"},
     {"monkey": "b", "tokens_used": 3}, "https://example.com/contacts.csv", "bypass=1",
     {"passengers": 4, "encoding": "cp1252", "compass": 1, "season_pass": "flag", "pass_type": "x"},
     {"keys": "id", "key": "id", "account": "id", "secretary": 1, "author": "Ada", "design": 1},
     {"authorized": True, "signal": 2, "sig_level": 0.05, "tokenizer": "a", "access": 1},
     "passengers=4", "encoding=utf-8", "significance=0.05", "assigned: 3", "design=a", "signs: 4",
     "surpass=1", "SELECT key, account FROM t WHERE passengers = 2", "bearers of it", "key=id"],
)  # fmt: skip
def test_all_else_stays_as_it_is(value):
    assert without_secrets(value) == value
