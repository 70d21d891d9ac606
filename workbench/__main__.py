"""The command line as a module: `python -m workbench`."""

import sys

from workbench.cli import main

sys.exit(main())
