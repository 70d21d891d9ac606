"""The limits that a model is held to: a verdict, the signs against it and its card read them."""

from __future__ import annotations

TOO_GOOD_AUC = 0.99
"""What people do is not foretold so well by what was known before: what ranks one response in a
hundred below a contact without one, or fewer, is as a rule filled in after the response."""
TOO_GOOD_LOSS = 0.05
"""Share of the base rate's log loss. Honest normal scores of an AUC of 0.99 leave a fifth of it, of
0.999 a twentieth: what errs less tells nearly every response apart."""
ENOUGH_CAMPAIGNS = 6
"""Five campaigns go the same way by luck once in sixteen times (`LossDifference.proven`)."""
MUCH_OUTSIDE = 0.1
"""Share of what moves the scores that lies where training had nothing: a tenth can turn a ranking
of which the interval was measured inside."""
