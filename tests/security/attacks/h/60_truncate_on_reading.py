# Opens files for reading and truncates them in the same breath, which old Landlock lets pass.
# exercise: softmax
# verdict: wrong
# unsafe: it would empty a file of the interpreter
import os

for path in ("@CHECKOUT@/secret.txt", "@RUNNER_FILE@", os.__file__):
    for flags in (os.O_RDONLY | os.O_TRUNC, os.O_PATH | os.O_TRUNC | os.O_RDWR, os.O_RDWR, os.O_WRONLY | os.O_APPEND):
        try:
            os.open(path, flags)
            print("opened" if flags & os.O_PATH == 0 else "seen", path)
        except OSError as error:
            print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
