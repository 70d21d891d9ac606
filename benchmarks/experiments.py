"""Tests with a control group: how they are read, and what is learned from them (`of_tests`).

Both in one process, each with its peers; the last line is one JSON object of both. `--quick`: a few
draws of each.
"""

import json
import platform
import sys
from importlib.metadata import version

from of_tests import reading, uplift


def main() -> None:
    """Measure both, and print what the product promises of them."""
    quick = "--quick" in sys.argv
    found = {
        **reading.measure(quick=quick),
        **uplift.measure(quick=quick),
        "python": platform.python_version(),
        "scikit-learn": version("scikit-learn"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
