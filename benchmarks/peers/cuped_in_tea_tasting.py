"""CUPED in tea-tasting, of the file that it is given: columns x, y, and variant (0 or 1).

Runs in an environment of its own; prints the effect as JSON.
"""

import json
import sys

import pandas as pd
import tea_tasting as tt

table = pd.read_csv(sys.argv[1])
found = tt.Experiment(y=tt.Mean("y", covariate="x")).analyze(table)
print(json.dumps({"effect": float(found["y"].effect_size)}))
