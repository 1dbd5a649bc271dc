# Leaves folders that their owner may not list or clear.
# exercise: softmax
# verdict: wrong
# scratch: yes
import os

for name, mode in (("keep", 0), ("keep2", 0o100), ("keep3", 0o077)):
    for make in (lambda name=name, mode=mode: os.mkdir(name, mode), lambda name=name: os.mkdir(name)):
        try:
            make()
            open(f"{name}/data", "w").write("still here")
            os.chmod(name, mode)
            print("gained", name)
        except OSError as error:
            print(error)
try:
    os.umask(0o777)
    os.mkdir("masked")
    print("gained", "masked")
except OSError as error:
    print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
