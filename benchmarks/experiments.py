"""Tests with a control group, read and learned from: `experiments_reading` and `experiments_uplift`.

Both in one process, each with its peers; the last line is one JSON object of both. `--quick`: a few
draws of each.
"""

import json
import platform
import sys
from importlib.metadata import version

import experiments_reading
import experiments_uplift


def main() -> None:
    """Measure both, and print what the product promises of them."""
    quick = "--quick" in sys.argv
    found = {
        **experiments_reading.measure(quick=quick),
        **experiments_uplift.measure(quick=quick),
        "python": platform.python_version(),
        "scikit-learn": version("scikit-learn"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
