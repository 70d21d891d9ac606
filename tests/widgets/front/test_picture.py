import base64
import io

import numpy as np
from PIL import Image

from workbench.widgets.front.picture import words


def test_a_sentence_is_drawn_in_place_of_a_picture():
    short, long = (
        Image.open(io.BytesIO(base64.b64decode(words(text)))) for text in ("Few.", "Too few." * 5)
    )
    assert short.size == long.size
    ink = [(np.asarray(image.convert("L")) < 128).sum() for image in (short, long)]
    assert 0 < ink[0] < ink[1]
