"""Leaves the exclamation mark out."""


def shout(text: str) -> str:
    return text.upper()
