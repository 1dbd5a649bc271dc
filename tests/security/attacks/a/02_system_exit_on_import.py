# Raises SystemExit(0) while it is imported.
# exercise: softmax
# verdict: raised, invalid
import sys

sys.exit(0)
