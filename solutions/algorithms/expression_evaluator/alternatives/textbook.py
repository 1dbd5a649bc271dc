"""Shunting-yard as lectures teach it: a regular expression for tokens, two stacks, a table of precedences."""

import re

PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "u-": 3, "u+": 3, "^": 4}
RIGHT = {"^", "u-", "u+"}
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(.))")


def tokenize(s):
    """Numbers, names and everything else."""
    tokens = []
    for match in TOKEN.finditer(s):
        number, name, other = match.groups()
        if number:
            tokens.append(("number", float(number), match.start(1)))
        elif name:
            tokens.append(("name", name, match.start(2)))
        elif other in "()":
            tokens.append(("parenthesis", other, match.start(3)))
        elif other.strip():
            tokens.append(("operator", other, match.start(3)))
    return tokens


def to_rpn(s):
    """The shunting-yard algorithm."""
    output, stack, previous = [], [], None
    for kind, value, _ in tokenize(s):
        if kind in ("number", "name"):
            output.append(value)
        elif value == "(":
            stack.append(value)
        elif value == ")":
            while stack[-1] != "(":
                output.append(stack.pop())
            stack.pop()
        else:
            unary = previous is None or previous == "(" or previous in PRECEDENCE
            op = "u" + value if unary else value
            while (
                not unary
                and stack
                and stack[-1] != "("
                and (
                    PRECEDENCE[stack[-1]] > PRECEDENCE[op]
                    or (PRECEDENCE[stack[-1]] == PRECEDENCE[op] and op not in RIGHT)
                )
            ):
                output.append(stack.pop())
            stack.append(op)
        previous = value
    while stack:
        output.append(stack.pop())
    return output


def evaluate(s, variables=None):
    """A stack of numbers."""
    stack = []
    for token in to_rpn(s):
        if token == "u-":
            stack.append(-stack.pop())
        elif token == "u+":
            pass
        elif token in PRECEDENCE:
            b, a = stack.pop(), stack.pop()
            if token == "+":
                stack.append(a + b)
            elif token == "-":
                stack.append(a - b)
            elif token == "*":
                stack.append(a * b)
            elif token == "/":
                stack.append(a / b)
            elif token == "%":
                stack.append(a % b)
            else:
                stack.append(a**b)
        elif isinstance(token, str):
            stack.append(variables[token])
        else:
            stack.append(token)
    return stack[0]


def error_position(s):
    """Not worked out."""
    try:
        to_rpn(s)
    except IndexError:
        return len(s)
    return None
