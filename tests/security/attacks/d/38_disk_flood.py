# Fills the disk from its scratch folder.
# exercise: softmax
# verdict: crashed, raised, wrong, timed_out
# scratch: yes
# unsafe: it would fill the disk
def softmax(x, axis=-1, keepdims=False):
    for number in range(10_000):
        with open(f"flood{number}", "wb") as file:
            for _ in range(64):
                file.write(bytes(2**20))
    return 0.0


logsumexp = log_softmax = softmax
