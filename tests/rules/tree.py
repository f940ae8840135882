"""The project's own files, whatever has been built beside them."""
import os
from pathlib import Path

LEFT_OUT = {".git", "__pycache__"}


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in LEFT_OUT and not (f == "build" or f.startswith("build-")))
        for name in sorted(names):
            path = Path(folder) / name
            if not (name.startswith("build-") and name.endswith(".log")) and path.is_file():
                yield path


def sources(root, tests=False):
    """Of the product: what stands in plugin/ and shim/; with `tests`, those of the tests too, without templates."""
    for part in ("plugin", "shim") + (("tests",) if tests else ()):
        for path in files(Path(root) / part):
            if path.suffix in {".cc", ".h", ".c"} or (path.suffix == ".in" and not tests):
                yield path
