"""The picture behind a view, where none of the data may be shown."""

from __future__ import annotations

import base64
import io


def words(text: str) -> str:
    """Draw a sentence, in place of a picture that may not be shown.

    Examples
    --------
    >>> base64.b64decode(words("Too few."))[1:4]
    b'PNG'
    """
    from matplotlib.figure import Figure

    figure, out = Figure(figsize=(8.0, 1.2)), io.BytesIO()
    figure.text(0.5, 0.5, text, ha="center", va="center")
    figure.savefig(out, format="png", dpi=90)
    return base64.b64encode(out.getvalue()).decode("ascii")
