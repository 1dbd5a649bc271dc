# Never finishes its import.
# exercise: softmax
# verdict: timed_out
while True:
    pass
