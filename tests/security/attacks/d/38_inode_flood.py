# Makes a million small files in its scratch folder.
# exercise: softmax
# verdict: timed_out, wrong, raised, crashed
# scratch: yes
# unsafe: it would fill the disk
def softmax(x, axis=-1, keepdims=False):
    for number in range(1_000_000):
        open(f"f{number}", "w").close()
    return 0.0


logsumexp = log_softmax = softmax
