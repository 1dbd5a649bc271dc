# Answers every attribute with a new object that has every attribute.
# exercise: lru_cache
# verdict: wrong, raised, protocol
class Anything:
    """Has every attribute, item and method."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        return Anything()

    def __call__(self, *args, **kwargs):
        return Anything()

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([Anything()] * 3)

    def __getitem__(self, index):
        return Anything()

    def __eq__(self, other):
        return True

    __hash__ = None


LRUCache = Anything


def hit_rate(cache, trace):
    """Return anything."""
    return Anything()
