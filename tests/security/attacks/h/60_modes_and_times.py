# Changes modes, owners, times and attributes of files outside, and leaves a message in them.
# exercise: softmax
# verdict: wrong
import os

for path in ("@CHECKOUT@/secret.txt", "@RUNNER_FILE@", "@CHECKOUT@/exercises/arrays/softmax/hidden_tests.py"):
    for deed in (
        lambda path=path: os.chmod(path, 0o777),
        lambda path=path: os.chmod(path, 0o4777),
        lambda path=path: os.chown(path, 65534, 65534),
        lambda path=path: os.lchown(path, 65534, 65534),
        lambda path=path: os.utime(path, (1, 1)),
        lambda path=path: os.setxattr(path, "user.kata", b"message-to-the-next"),
        lambda path=path: os.removexattr(path, "user.kata"),
        lambda path=path: os.truncate(path, 0),
        lambda path=path: os.link(path, path + ".link"),
        lambda path=path: os.rename(path, path + ".moved"),
        lambda path=path: os.unlink(path),
    ):
        try:
            deed()
            print("gained", path)
        except OSError as error:
            print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
