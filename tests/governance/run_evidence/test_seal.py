import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import SchemaError
from workbench.governance.run_evidence.seal import SEAL, canonical, sealed, unsealed

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
CONTENTS = st.dictionaries(st.text().filter(lambda name: name != SEAL), PLAIN, max_size=5)


@given(CONTENTS)
def test_what_is_sealed_is_read_as_it_was(content):
    assert unsealed(sealed(content), name="a.json") == content


@given(CONTENTS, st.data())
def test_any_flipped_bit_is_found(content, data):
    text = bytearray(sealed(content))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SchemaError, match=r"'a.json' must be as a run wrote it"):
        unsealed(bytes(text), name="a.json")


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b"[]", b"null", b'{"seal": 1}', b"\xff", b"[" * 100_000,
        sealed({"a": 1})[:-1], sealed({"a": 1}) + b"\n", sealed({"a": 1}).replace(b" ", b""),
    ],
)  # fmt: skip
def test_what_was_never_sealed_is_refused(text):
    with pytest.raises(SchemaError):
        unsealed(text, name="a.json")


def test_the_seal_is_the_hash_of_the_rest():
    plain = json.dumps({"a": "ä"}, indent=1).encode() + b"\n"
    assert json.loads(sealed({"a": "ä"}))[SEAL] == hashlib.sha256(plain).hexdigest()


@given(CONTENTS)
def test_the_order_of_names_does_not_matter(content):
    assert canonical(dict(reversed(content.items()))) == canonical(content)
    assert json.loads(canonical(content)) == content
