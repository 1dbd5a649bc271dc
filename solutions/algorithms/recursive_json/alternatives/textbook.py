"""As blog posts write it: an inner function that fills a dict, lists converted at the end, includes by plain recursion."""

import json
import os.path


def flatten(obj, sep="."):
    """Recurse with a name."""
    out = {}

    def visit(x, name):
        if isinstance(x, dict) and x:
            for k in x:
                visit(x[k], name + k + sep)
        elif isinstance(x, list) and x:
            for i, item in enumerate(x):
                visit(item, name + str(i) + sep)
        else:
            out[name[: -len(sep)]] = x

    visit(obj, "")
    return out


def unflatten(flat, sep="."):
    """Nested dicts first, then lists."""
    result = {}
    for path, value in flat.items():
        keys = path.split(sep)
        node = result
        for key in keys[:-1]:
            if key not in node:
                node[key] = {}
            node = node[key]
        node[keys[-1]] = value

    def fix(node):
        if not isinstance(node, dict) or not node:
            return node
        node = {k: fix(v) for k, v in node.items()}
        if all(k.isdigit() for k in node) and sorted(map(int, node)) == list(range(len(node))):
            return [node[k] for k in sorted(node, key=int)]
        return node

    return fix(result)


def load_json(name, read):
    """Load each include when it is met."""

    def resolve(value):
        if isinstance(value, dict):
            if "$include" in value:
                return load_json(os.path.join(os.path.dirname(name), value["$include"]), read)
            return {k: resolve(v) for k, v in value.items()}
        if isinstance(value, list):
            return [resolve(v) for v in value]
        return value

    return resolve(json.loads(read(name)))
