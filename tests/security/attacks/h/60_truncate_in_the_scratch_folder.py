# Does the same where files may be written.
# exercise: softmax
# verdict: wrong
# unsafe: it would empty and remove a file of the interpreter
# scratch: yes
import os

for path in ("@CHECKOUT@/secret.txt", "@RUNNER_FILE@", os.__file__):
    for flags in (os.O_RDONLY | os.O_TRUNC, os.O_RDWR | os.O_TRUNC, os.O_WRONLY):
        try:
            os.open(path, flags)
            print("opened", path)
        except OSError as error:
            print(error)
    for deed in (lambda path=path: os.truncate(path, 0), lambda path=path: os.rename(path, "mine")):
        try:
            deed()
            print("gained", path)
        except OSError as error:
            print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
