"""Tests that can not fail, and their twins that can: six kinds, ten shapes of each.

They stand in `planted/KIND.txt`, each after a line `# shape: NAME | can not fail` or
`# shape: NAME | can fail`, with a line `# file: PATH` before each file if there are several.
"""

import re
from pathlib import Path

KINDS = ("certain", "swallowed", "unrun", "vacuous", "left", "unasserted")
FOLDER = Path(__file__).parent / "planted"
SHOP = (FOLDER / "shop.txt").read_text("utf-8")

_SHAPE = re.compile(r"^# shape: (\w+) \| (can not fail|can fail)\n", re.MULTILINE)
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def shapes(verdict):
    """Files of each shape by path, by name, of those that can fail or that can not."""
    found = {}
    for kind in KINDS:
        _, *parts = _SHAPE.split((FOLDER / f"{kind}.txt").read_text("utf-8"))
        for name, said, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            if said == verdict:
                assert f"{kind}/{name}" not in found, f"{kind}/{name} comes twice"
                found[f"{kind}/{name}"] = _files(kind, name, text)
    return found


def _files(kind, name, text):
    _, *parts = _FILE.split(text)
    if not parts:
        return {f"tests/test_{kind}_{name}.py": text}
    return dict(zip(parts[::2], parts[1::2], strict=True))


def write_tree(root, verdict):
    """Write the shop and all shapes of a verdict; return the shape that each file is of."""
    homes = {}
    for shape, files in shapes(verdict).items():
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            assert path not in homes, f"{path} comes twice"
            target.write_text(text, "utf-8")
            homes[path] = shape
    (root / "shop.py").write_text(SHOP, "utf-8")
    return homes
