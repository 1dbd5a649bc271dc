# Calls the library function that the exercise forbids.
# exercise: softmax
# verdict: invalid
from scipy.special import log_softmax, logsumexp, softmax
