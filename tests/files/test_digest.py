import hashlib

import pytest

from workbench.files.digest import Digest, digest_of


@pytest.mark.parametrize("size", [0, 1, 2**16 - 1, 2**18, 3_000_001])
def test_a_digest_is_that_of_the_whole_file_at_once(tmp_path, size):
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    file = tmp_path / "data.bin"
    file.write_bytes(content)
    assert digest_of(file) == Digest(size, hashlib.sha256(content).hexdigest())
    assert digest_of(file) == Digest.of(content)


def test_what_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        digest_of(tmp_path / "nowhere")
