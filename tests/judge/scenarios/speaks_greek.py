"""Οι αριθμοί διπλασιάζονται."""


def double(ξ):
    """Δύο φορές."""
    διπλάσιο = ξ + ξ
    print("Ελλάδα 🏛")
    return διπλάσιο


def total(x):
    return float(x.sum())


def greet(name):
    return f"hello {name}"
