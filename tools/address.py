"""The repository's address, branch and release, from ``_config.yml``, and the links made of them.

Nothing else in the repository is to be edited when the address changes: ``make twins`` rewrites it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CONFIG = "_config.yml"

#: The owner that stands in ``_config.yml`` until the book has a public address.
PLACEHOLDER = "OWNER"
FORM = re.compile(r"https://github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?")


class AddressError(ValueError):
    """``_config.yml`` does not hold an address that links can be made from."""


@dataclass(frozen=True)
class Address:
    """Where the repository and the site are."""

    owner: str
    name: str
    branch: str
    release: str  # the tag that notebooks link to; "" before the first release
    site: str  # ends with a slash

    @property
    def ref(self) -> str:
        """What links to files lead to: the release, or else the branch."""
        return self.release or self.branch

    @property
    def is_placeholder(self) -> bool:
        """Whether the address is still the one that the book came with."""
        return self.owner == PLACEHOLDER

    @property
    def repository(self) -> str:
        """The repository's page."""
        return f"https://github.com/{self.owner}/{self.name}"

    def requirement(self, extra: str = "") -> str:
        """What pip takes to install the library from the repository, with an extra of it."""
        return f"vdmlib[{extra}] @ git+{self.repository}@{self.ref}" if extra else f"vdmlib @ git+{self.repository}@{self.ref}"

    def file(self, path: str) -> str:
        """The page of one file of the repository."""
        return f"{self.repository}/blob/{self.ref}/{path}"

    def colab(self, notebook: str) -> str:
        """What opens a notebook of the repository in Colab; ``notebook`` ends in ``.ipynb``."""
        if not notebook.endswith(".ipynb"):
            raise AddressError(f"Colab opens notebooks only: {notebook!r} does not end in .ipynb")
        return (
            "https://colab.research.google.com/github/"
            f"{self.owner}/{self.name}/blob/{self.ref}/{notebook}"
        )

    @property
    def raw(self) -> str:
        """The address below which the repository's files can be fetched."""
        return f"https://raw.githubusercontent.com/{self.owner}/{self.name}/{self.ref}"

    def at(self, label: str) -> str:
        """The address of a statement that no move of the text changes."""
        return f"{self.site}at/{label}.html"

    def page(self, source: str) -> str:
        """The page of the site that is made from the source file ``source``."""
        return f"{self.site}{Path(source).with_suffix('.html').as_posix()}"


def read(root: Path = ROOT) -> Address:
    """The address in ``_config.yml`` below ``root``.

    Raises AddressError, saying what to write, where it is missing or malformed.
    """
    settings = yaml.safe_load((root / CONFIG).read_text(encoding="utf-8"))
    repository = settings.get("repository") or {}
    url, branch = repository.get("url"), repository.get("branch")
    form = FORM.fullmatch(url or "")
    if form is None:
        raise AddressError(
            f"{CONFIG}: repository.url is {url!r}; "
            "write it as https://github.com/NAME/REPOSITORY"
        )
    if not branch:
        raise AddressError(f"{CONFIG}: repository.branch is missing; write the branch, as 'main'")
    owner, name = form["owner"], form["name"]
    release = ((settings.get("sphinx") or {}).get("config") or {}).get("derivation_release") or ""
    site = (settings.get("html") or {}).get("baseurl")
    if not site:
        folder = "" if name.lower() == f"{owner.lower()}.github.io" else f"{name}/"
        site = f"https://{owner.lower() if owner != PLACEHOLDER else owner}.github.io/{folder}"
    return Address(owner, name, str(branch), str(release), site.rstrip("/") + "/")
