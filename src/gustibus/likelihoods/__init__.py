"""From log-odds to a loss: one idea a file."""

from gustibus.likelihoods.contract import Likelihood
from gustibus.likelihoods.hinge import Hinge
from gustibus.likelihoods.logistic import Logistic
from gustibus.likelihoods.record_weights import equal_people_weights

__all__ = ["Hinge", "Likelihood", "Logistic", "equal_people_weights"]
