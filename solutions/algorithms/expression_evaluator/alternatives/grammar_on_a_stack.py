"""Recursive descent without recursion: each rule is a generator, and a loop keeps the rules that are under way on a stack."""

DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
SPACE = " \t\n\r\f\v"


class Wrong(ValueError):
    """Knows where it is."""

    def __init__(self, where):
        super().__init__(f"error at {where}")
        self.where = where


def _digits(s, i):
    while i < len(s) and s[i] in DIGITS:
        i += 1
    return i


def _next(s, i):
    """Token at or after place i and the place behind it; None at the end."""
    while i < len(s) and s[i] in SPACE:
        i += 1
    if i == len(s):
        return None, i
    if s[i] in DIGITS or (s[i] == "." and s[i + 1 : i + 2] != "" and s[i + 1] in DIGITS):
        end = _digits(s, i)
        if s[end : end + 1] == ".":
            end = _digits(s, end + 1)
        if s[end : end + 1] in ("e", "E"):
            start = end + 2 if s[end + 1 : end + 2] in ("+", "-") else end + 1
            if _digits(s, start) > start:
                end = _digits(s, start)
        return ("number", float(s[i:end]), i), end
    if s[i] in LETTERS:
        end = i
        while end < len(s) and (s[end] in LETTERS or s[end] in DIGITS):
            end += 1
        return ("name", s[i:end], i), end
    if s[i] in "+-*/%^":
        return ("operator", s[i], i), i + 1
    if s[i] in "()":
        return ("parenthesis", s[i], i), i + 1
    raise Wrong(i)


def tokenize(s):
    """Read until nothing is left."""
    found = []
    token, i = _next(s, 0)
    while token is not None:
        found.append(token)
        token, i = _next(s, i)
    return found


class _Reader:
    def __init__(self, s):
        self.s, self.output = s, []
        self.end = 0
        self.advance()

    def advance(self):
        try:
            self.token, self.end = _next(self.s, self.end)
        except Wrong as wrong:
            self.token = ("bad", "bad", wrong.where)

    def sees(self, *values):
        return self.token is not None and self.token[0] in ("operator", "parenthesis") and self.token[1] in values

    def fail(self):
        raise Wrong(len(self.s) if self.token is None else self.token[2])

    def total(self):
        yield self.product()
        while self.sees("+", "-"):
            sign = self.token[1]
            self.advance()
            yield self.product()
            self.output.append(sign)

    def product(self):
        yield self.signed()
        while self.sees("*", "/", "%"):
            sign = self.token[1]
            self.advance()
            yield self.signed()
            self.output.append(sign)

    def signed(self):
        signs = []
        while self.sees("+", "-"):
            signs.append("u" + self.token[1])
            self.advance()
        yield self.power()
        self.output += signs[::-1]

    def power(self):
        yield self.atom()
        if self.sees("^"):
            self.advance()
            yield self.signed()
            self.output.append("^")

    def atom(self):
        if self.sees("("):
            self.advance()
            yield self.total()
            if not self.sees(")"):
                self.fail()
        elif self.token is not None and self.token[0] in ("number", "name"):
            self.output.append(self.token[1])
        else:
            self.fail()
        self.advance()


def to_rpn(s):
    """Run the rules; the one on top of the stack goes on until it asks for another one."""
    reader = _Reader(s)
    stack = [reader.total()]
    while stack:
        rule = next(stack[-1], None)
        if rule is None:
            stack.pop()
        else:
            stack.append(rule)
    if reader.token is not None:
        reader.fail()
    return reader.output


def error_position(s):
    """Ask the error."""
    try:
        to_rpn(s)
    except Wrong as wrong:
        return wrong.where
    return None


def evaluate(s, variables=None):
    """Compute on a stack, one case after the other."""
    values = []
    for item in to_rpn(s):
        if not isinstance(item, str):
            values.append(item)
        elif item == "u-":
            values[-1] = -values[-1]
        elif item == "u+":
            pass
        elif item[0] in LETTERS:
            if variables is None or item not in variables:
                raise KeyError(item)
            values.append(float(variables[item]))
        else:
            b = values.pop()
            a = values.pop()
            if item == "+":
                a += b
            elif item == "-":
                a -= b
            elif item == "*":
                a *= b
            elif item == "/":
                a /= b
            elif item == "%":
                a %= b
            elif a < 0 and b != int(b):
                raise ValueError("not real")
            else:
                a **= b
            values.append(a)
    return values[0]
