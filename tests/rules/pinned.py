"""clang's tools in the one version that judges this project. Other versions format differently and warn about other things."""
import re
import shutil
import subprocess
import sys

VERSION = 14  # of Debian 12
SKIPPED = 77


def tool(name):
    """The command to call. Ends as skipped where only another version is installed."""
    exact = shutil.which(f"{name}-{VERSION}")
    if exact:
        return exact
    if not shutil.which(name):
        sys.exit(f"{name} is not installed")
    told = subprocess.run([name, "--version"], capture_output=True, text=True, timeout=30).stdout
    found = re.search(r"version (\d+)", told)
    if found and int(found[1]) == VERSION:
        return name
    print(f"skipped: {name} {VERSION} decides, and here is {told.strip()}")
    sys.exit(SKIPPED)
