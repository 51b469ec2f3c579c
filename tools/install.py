"""Installs packages with pip, from this machine's registry and by no other setting of its user.

Others, such as ``user``, ``target`` or ``pre``, would put the packages elsewhere, or put other packages in their place.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys

#: The settings that say how to reach packages, not which or where to.
KEPT = {
    "index-url", "extra-index-url", "no-index", "find-links", "trusted-host", "cert", "client-cert", "proxy",
    "keyring-provider", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir",
}
#: Where pip finds a setting, the place that wins last.
SECTIONS = ("global", "install", ":env:")


def kept(listed: str) -> dict[str, str]:
    """The settings that ``pip config list`` printed and that are kept, as variables."""
    found = {}
    for wanted in SECTIONS:
        for line in listed.splitlines():
            place, _, value = line.partition("=")
            section, _, name = place.rpartition(".")
            if section == wanted and name in KEPT:
                found["PIP_" + name.upper().replace("-", "_")] = ast.literal_eval(value)
    return found


def environment() -> dict[str, str]:
    """The variables that pip is run under."""
    # A line "user = true" would else be taken for "pip config list --user", which lists one file alone.
    whole = {**os.environ, **{f"PIP_{place}": "0" for place in ("USER", "GLOBAL", "SITE")}}
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], env=whole, capture_output=True, text=True).stdout
    others = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return {**others, **kept(listed), "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def main() -> int:
    """Run ``pip install`` with the arguments given."""
    return subprocess.run([sys.executable, "-m", "pip", "install", *sys.argv[1:]], env=environment()).returncode


if __name__ == "__main__":
    sys.exit(main())
