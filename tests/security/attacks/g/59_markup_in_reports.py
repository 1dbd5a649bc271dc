# Puts formulas, markup and terminal codes where a report shows them.
# exercise: softmax
# verdict: raised, wrong
def softmax(x, axis=-1, keepdims=False):
    print("=cmd|' /C calc'!A0,<b>x</b>|`y`\x1b[31m\x00\x08")
    raise ValueError("=HYPERLINK(1)|<img src=x onerror=alert(1)>]]>&#x1b;\x1b[2J")


logsumexp = log_softmax = softmax
