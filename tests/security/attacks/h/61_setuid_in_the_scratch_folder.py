# Leaves a setuid copy of a program in its scratch folder, by every way to set the mode.
# exercise: softmax
# verdict: wrong
# scratch: yes
import os

program = open(os.path.realpath("/lib64/ld-linux-x86-64.so.2"), "rb").read() if os.path.exists("/lib64") else b"#!"
for number, make in enumerate(
    (
        lambda name: os.open(name, os.O_WRONLY | os.O_CREAT, 0o4755),
        lambda name: os.open(name, os.O_WRONLY | os.O_CREAT, 0o2755),
        lambda name: (os.open(name, os.O_WRONLY | os.O_CREAT, 0o755), os.chmod(name, 0o4755)),
        lambda name: os.fchmod(os.open(name, os.O_WRONLY | os.O_CREAT, 0o755), 0o4755),
        lambda name: os.mkdir(name, 0o6777),
        lambda name: os.mknod(name, 0o104755),
        lambda name: os.umask(0o7000),
    )
):
    name = f"suid{number}"
    try:
        made = make(name)
        if isinstance(made, int):
            os.write(made, program[:4096])
    except OSError as error:
        print(error)
    if os.path.exists(name) and os.stat(name).st_mode & 0o6000:
        print("gained a mode", oct(os.stat(name).st_mode))


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
