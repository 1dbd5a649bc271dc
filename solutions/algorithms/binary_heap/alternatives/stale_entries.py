"""A heap of lists in which removed entries stay until they come to the top; the other functions without it."""


class IndexedHeap:
    """Entries are lists; a removed one has its last item cleared, and an update makes a new one."""

    def __init__(self, items=()):
        self.heap = []
        self.live = {}
        self.count = 0
        for key, priority in items:
            self.push(key, priority)

    def push(self, key, priority):
        """Append and sift up by swaps."""
        if key in self.live or priority != priority:
            raise ValueError(key)
        self._insert(key, priority, self.count)
        self.count += 1

    def _insert(self, key, priority, age):
        entry = [priority, age, self.count + len(self.heap), [key]]
        self.live[key] = entry
        heap = self.heap
        heap.append(entry)
        i = len(heap) - 1
        while i:
            j = (i - 1) >> 1
            if heap[j][:2] <= heap[i][:2]:
                break
            heap[i], heap[j] = heap[j], heap[i]
            i = j

    def _drop_top(self):
        heap = self.heap
        heap[0], heap[-1] = heap[-1], heap[0]
        heap.pop()
        i = 0
        while True:
            children = [j for j in (2 * i + 1, 2 * i + 2) if j < len(heap)]
            if not children:
                return
            j = min(children, key=lambda c: heap[c][:2])
            if heap[i][:2] <= heap[j][:2]:
                return
            heap[i], heap[j] = heap[j], heap[i]
            i = j

    def peek(self):
        """Throw stale entries away first."""
        while self.heap and not self.heap[0][3]:
            self._drop_top()
        if not self.heap:
            raise IndexError("empty")
        entry = self.heap[0]
        return entry[3][0], entry[0]

    def pop(self):
        """Peek, then drop the top."""
        key, priority = self.peek()
        del self.live[key]
        self._drop_top()
        return key, priority

    def update(self, key, priority):
        """Make the old entry stale and insert one of the same age."""
        entry = self.live[key]
        if priority != priority:
            raise ValueError("NaN")
        entry[3] = []
        self._insert(key, priority, entry[1])

    def remove(self, key):
        """Make the entry stale."""
        entry = self.live.pop(key)
        entry[3] = []

    def __len__(self):
        """Count live entries."""
        return len(self.live)


def top_k(stream, k):
    """Sort and cut a buffer whenever it holds twice as many as needed."""
    if k < 0:
        raise ValueError("negative")
    if k == 0:
        return []
    buffer = []
    for x in stream:
        if x != x:
            raise ValueError("NaN")
        buffer.append(x)
        if len(buffer) >= 2 * k + 100:
            buffer.sort(reverse=True)
            del buffer[k:]
    buffer.sort(reverse=True)
    return buffer[:k]


def merge_sorted(lists):
    """A tree of merges of two."""
    if not lists:
        return iter(())
    if len(lists) == 1:
        return iter(lists[0])
    middle = len(lists) // 2
    return _merge_two(merge_sorted(lists[:middle]), merge_sorted(lists[middle:]))


def _merge_two(left, right):
    end = object()
    a, b = next(left, end), next(right, end)
    while a is not end and b is not end:
        if b < a:
            yield b
            b = next(right, end)
        else:
            yield a
            a = next(left, end)
    while a is not end:
        yield a
        a = next(left, end)
    while b is not end:
        yield b
        b = next(right, end)
