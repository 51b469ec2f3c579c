"""The address: one place names it, one command carries it, one check says when it is missing."""

import subprocess
import sys

import address
import badges
import publish_check
import pytest

PUBLIC = "https://github.com/someone/a-fork"


def run(folder, script, *arguments):
    return subprocess.run([sys.executable, f"tools/{script}", *arguments], cwd=folder,
                          capture_output=True, text=True)


def set_address(folder, url=PUBLIC, branch="main"):
    before = address.read(folder)
    config = folder / "_config.yml"
    text = config.read_text().replace(f"url: {before.repository}", f"url: {url}")
    config.write_text(text.replace(f"branch: {before.branch}", f"branch: {branch}"))


def forget_address(folder):
    set_address(folder, f"https://github.com/{address.PLACEHOLDER}/diffusion-derived")


def test_the_placeholder_fails_and_says_what_to_set(folder_copy):
    forget_address(folder_copy)
    checked = run(folder_copy, "publish_check.py")
    assert checked.returncode == 1
    assert "_config.yml: repository.url is still the placeholder" in checked.stderr
    assert "make twins" in checked.stderr


def test_a_new_address_wants_make_twins_and_then_passes(folder_copy):
    set_address(folder_copy, branch="published")
    for notebook in (folder_copy / "book").glob("*.ipynb"):
        notebook.unlink()
    checked = run(folder_copy, "publish_check.py")
    assert checked.returncode == 1
    assert "README.md does not agree with _config.yml: run 'make twins'" in checked.stderr
    assert "CITATION.cff does not agree" in checked.stderr

    assert run(folder_copy, "badges.py").returncode == 0
    checked = run(folder_copy, "publish_check.py")
    assert checked.returncode == 0, checked.stderr
    assert "https://someone.github.io/a-fork/" in checked.stdout
    readme = (folder_copy / "README.md").read_text()
    assert address.PLACEHOLDER not in readme
    assert "github.com/someone/a-fork@published" in readme
    assert address.PLACEHOLDER not in (folder_copy / "CITATION.cff").read_text()
    for name in badges.INSTALLS:
        text = (folder_copy / name).read_text()
        assert "vdmlib @ git+https://github.com/someone/a-fork@published" in text and address.PLACEHOLDER not in text


@pytest.mark.parametrize("url", ["https://github.com/OWNER/x", PUBLIC + ".git", "https://github.com/someone-else/a-fork"])
def test_a_notebook_that_links_elsewhere_fails(folder_copy, url):
    set_address(folder_copy)
    assert run(folder_copy, "badges.py").returncode == 0
    for notebook in (folder_copy / "book").glob("*.ipynb"):
        notebook.unlink()
    link = f"{url.replace('github.com', 'colab.research.google.com/github')}/blob/main/book/01_old.ipynb"
    notebook = folder_copy / "book" / "01_old.ipynb"
    notebook.write_text(f'"{link}"')
    right = "https://colab.research.google.com/github/someone/a-fork/blob/main/book/01_old.ipynb"
    assert publish_check.problems(folder_copy) == [f"book/01_old.ipynb does not link to {right}: run 'make twins' and commit."]
    notebook.write_text(f'"{right}"')
    assert publish_check.problems(folder_copy) == []


@pytest.mark.parametrize("url", ["", "github.com/a/b", "https://example.org/a/b",
                                 "https://github.com/a"])
def test_a_malformed_address_is_told(folder_copy, url):
    set_address(folder_copy, f"'{url}'")
    [problem] = publish_check.problems(folder_copy)
    assert "write it as https://github.com/NAME/REPOSITORY" in problem


@pytest.mark.parametrize("url", ["https://github.com/alice/alice.github.io", "https://github.com/Alice/alice.github.io.git"])
def test_a_user_s_own_site_lies_at_its_root(folder_copy, url):
    set_address(folder_copy, url)
    where = address.read(folder_copy)
    assert where.name == "alice.github.io" and where.page("book/01_x.md") == "https://alice.github.io/book/01_x.html"
    assert "/alice.github.io/blob/main/" in where.colab("book/01_x.ipynb")


@pytest.mark.parametrize("url", [PUBLIC, PUBLIC + "/", PUBLIC + ".git"])
def test_every_spelling_of_an_address_reads_the_same(folder_copy, url):
    set_address(folder_copy, url)
    where = address.read(folder_copy)
    assert where.repository == PUBLIC
    assert where.page("book/01_x.md") == "https://someone.github.io/a-fork/book/01_x.html"
    assert where.colab("book/01_x.ipynb") == (
        "https://colab.research.google.com/github/someone/a-fork/blob/main/book/01_x.ipynb"
    )


def test_colab_opens_notebooks_only(folder_copy):
    with pytest.raises(address.AddressError, match="does not end in .ipynb"):
        address.read(folder_copy).colab("book/01_x.md")


def test_a_site_elsewhere(folder_copy):
    config = folder_copy / "_config.yml"
    config.write_text(config.read_text().replace("html:\n", "html:\n  baseurl: https://example.org/dd\n"))
    assert address.read(folder_copy).page("book/index.md") == "https://example.org/dd/book/index.html"


def test_links_lead_to_the_release_when_there_is_one(folder_copy):
    config = folder_copy / "_config.yml"
    config.write_text(config.read_text().replace(
        "  config:\n", "  config:\n    derivation_release: v1.2.3\n"))
    where = address.read(folder_copy)
    assert "/blob/v1.2.3/" in where.colab("book/01_x.ipynb")
    assert where.raw.endswith("/v1.2.3")
    assert "@v1.2.3" in badges.stale(folder_copy)["README.md"]


def test_readme_and_citation_are_not_stale(root):
    assert badges.stale(root) == {}, "run 'make twins'"


def test_every_chapter_stands_in_the_readme_with_a_notebook_link(folder_copy):
    (folder_copy / "book" / "42_extra.md").write_text("---\na: b\n---\n# An extra chapter\n")
    text = badges.stale(folder_copy)["README.md"]
    assert "| 42 | [An extra chapter](" in text
    assert "/book/42_extra.ipynb)" in text


def test_a_chapter_without_a_title_is_told(folder_copy):
    (folder_copy / "book" / "42_extra.md").write_text("no title\n")
    with pytest.raises(ValueError, match="book/42_extra.md has no title"):
        badges.stale(folder_copy)
