# Imports the reference: as a package, as a sibling, by its path, out of the version control.
# exercise: softmax
# verdict: wrong, invalid
import glob
import importlib
import importlib.util
import sys
import zlib

FOUND = None
sys.path[:0] = ["@CHECKOUT@", "@CHECKOUT@/solutions/arrays/softmax", "@CHECKOUT@/solutions"]
for name in ("solutions.arrays.softmax.softmax", "arrays.softmax.softmax", "reference", "mlkata"):
    try:
        FOUND = importlib.import_module(name)
    except Exception as error:
        print(type(error).__name__)
for path in ("@CHECKOUT@/solutions/arrays/softmax/softmax.py",):
    try:
        spec = importlib.util.spec_from_file_location("stolen", path)
        FOUND = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(FOUND)
    except Exception as error:
        FOUND = None
        print(type(error).__name__)
if FOUND is not None:
    print(open(FOUND.__file__).read())
for path in glob.glob("@CHECKOUT@/.git/**", recursive=True):
    try:
        data = open(path, "rb").read()
        print(data, zlib.decompress(data))
    except Exception as error:
        print(type(error).__name__)


def softmax(x, axis=-1, keepdims=False):
    if FOUND is not None:
        return FOUND.softmax(x, axis)
    return 0.0


logsumexp = log_softmax = softmax
