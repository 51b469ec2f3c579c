"""The probe: each proved line evaluated to 30 digits on random concrete instances that meet its hypotheses.

Laws that nothing is given about are random tables on a few points, Gaussians are integrated numerically, everything
else is drawn. No code here is shared with a prover.
"""

from .numeric.compare import forget, probe, values_at
from .result import Probe

__all__ = ["Probe", "forget", "probe", "values_at"]
