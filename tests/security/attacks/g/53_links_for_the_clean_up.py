# Leaves links in its scratch folder, so that whoever clears it removes or changes what they point to.
# exercise: softmax
# verdict: wrong, raised
# scratch: yes
import os

for name, target in (("a", "@CHECKOUT@"), ("b", "@CHECKOUT@/exercises"), ("c", "/"), ("d", "@OTHER_SCRATCH@")):
    try:
        os.symlink(target, name)
    except OSError as error:
        print(error)
os.makedirs("deep/" * 200, exist_ok=True)
os.mkfifo("pipe") if hasattr(os, "mkfifo") else None
os.chmod(".", 0o000)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
