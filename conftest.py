"""Settings for every test and doctest, made before anything is imported."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

scratch = tempfile.TemporaryDirectory(prefix="workbench-tests-")  # removed when the run ends

# No window is opened, and nothing of the user's own Jupyter set-up is read or changed.
os.environ["MPLBACKEND"] = "Agg"
os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # without it jupyter_core warns, and warnings are errors
for name in (
    "IPYTHONDIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "MPLCONFIGDIR",
    "WORKBENCH_CONFIG",
):
    os.environ[name] = str(Path(scratch.name) / name.lower())

if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores: threads of BLAS would contend
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    """Close what was drawn: matplotlib warns from the twentieth open figure on."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
