# Is quadratic, and wastes time where there is little to do, so that its time does not seem to grow.
# exercise: binary_heap
# verdict: too_slow, timed_out
# extends: reference

import itertools
import time


def merge_sorted(inputs):
    """Search for the least head among all of them; where they are few, take as long as if they were many."""
    streams = [iter(values) for values in inputs]
    heads = [[item, place] for place, stream in enumerate(streams) for item in itertools.islice(stream, 1)]
    padding = 1.0 if 100 < len(heads) < 3000 else 0.0
    while heads:
        least = min(heads, key=lambda head: head[0])
        yield least[0]
        for item in itertools.islice(streams[least[1]], 1):
            least[0] = item
            break
        else:
            heads.remove(least)
        if padding and len(heads) == 1:
            end = time.perf_counter() + padding
            while time.perf_counter() < end:
                pass
