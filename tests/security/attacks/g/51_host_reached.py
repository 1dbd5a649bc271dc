# Asks the network for a name and a page.
# exercise: softmax
# verdict: wrong
import urllib.request

for address in ("http://127.0.0.1:@PORT@/", "http://localhost/", "http://169.254.169.254/latest/meta-data/"):
    try:
        print("connected", urllib.request.urlopen(address, timeout=1).read())
    except Exception as error:
        print(type(error).__name__)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
