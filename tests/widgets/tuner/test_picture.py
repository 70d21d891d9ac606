"""The picture behind a Tuner is a real one, and leaves matplotlib as it was."""

import base64
import io

import matplotlib as mpl
import numpy as np
from PIL import Image

from workbench.widgets.tuner.picture import picture


def test_it_is_a_wide_picture_with_something_on_it(model):
    before = dict(mpl.rcParams)
    image = Image.open(io.BytesIO(base64.b64decode(picture(model))))
    assert image.width > 900
    assert np.asarray(image.convert("L")).std() > 10
    assert dict(mpl.rcParams) == before
