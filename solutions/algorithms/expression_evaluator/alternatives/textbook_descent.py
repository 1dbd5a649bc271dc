"""Recursive descent, one method for each level of the grammar; values and notation come from one tree."""

import operator
import re

OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": operator.pow,
}


class Parser:
    """Reads tokens one by one."""

    def __init__(self, text):
        self.tokens = [*re.findall(r"\d+\.?\d*|\.\d+|[A-Za-z_]\w*|[-+*/%^()]", text), None]
        self.at = 0

    def peek(self):
        """The token to come."""
        return self.tokens[self.at]

    def next(self):
        """Take it."""
        self.at += 1
        return self.tokens[self.at - 1]

    def expr(self):
        """Sums."""
        node = self.term()
        while self.peek() in ("+", "-"):
            node = (self.next(), node, self.term())
        return node

    def term(self):
        """Products."""
        node = self.factor()
        while self.peek() in ("*", "/", "%"):
            node = (self.next(), node, self.factor())
        return node

    def factor(self):
        """Signs."""
        if self.peek() in ("+", "-"):
            return ("u" + self.next(), self.factor())
        return self.power()

    def power(self):
        """Powers; the exponent may carry a sign."""
        node = self.atom()
        if self.peek() == "^":
            return (self.next(), node, self.factor())
        return node

    def atom(self):
        """Numbers, names, parentheses."""
        token = self.next()
        if token == "(":
            node = self.expr()
            assert self.next() == ")"
            return node
        return token if token[0].isalpha() or token[0] == "_" else float(token)


def tokenize(s):
    """Tokens without their places."""
    return Parser(s).tokens[:-1]


def to_rpn(s):
    """Postorder of the tree."""

    def walk(node):
        if not isinstance(node, tuple):
            return [node]
        return [item for child in node[1:] for item in walk(child)] + [node[0]]

    return walk(Parser(s).expr())


def evaluate(s, variables=None):
    """Value of the tree."""

    def value(node):
        if isinstance(node, tuple):
            if node[0] == "u-":
                return -value(node[1])
            if node[0] == "u+":
                return value(node[1])
            return OPERATIONS[node[0]](value(node[1]), value(node[2]))
        return variables[node] if isinstance(node, str) else node

    return value(Parser(s).expr())


def error_position(s):
    """Not worked out."""
    return None
