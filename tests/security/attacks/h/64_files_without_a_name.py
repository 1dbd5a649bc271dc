# Fills the disk with files that have no name any more, some of them mapped only.
# exercise: softmax
# verdict: wrong, crashed, timed_out, out_of_memory
# scratch: yes
# unsafe: it would fill the disk
import mmap
import os

held = []
try:
    for number in range(40):
        descriptor = os.open(f"f{number}", os.O_RDWR | os.O_CREAT)
        os.unlink(f"f{number}")
        os.ftruncate(descriptor, 2**24)
        held.append(mmap.mmap(descriptor, 2**24))
        for place in range(0, 2**24, 4096):
            held[-1][place] = 1
except (OSError, ValueError) as error:
    print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
