"""The difference of two ledgers: each kind of it, and what is no ledger."""

import json
import subprocess

import ledger_diff
import pytest


def entry(label, **more):
    return {"label": label, "status": "proved", "fully_checked": True, "latex": f"{label} = 1", "number": "1.1"} | more


@pytest.fixture
def two(tmp_path):
    """Folders of two sites."""
    before = [entry("a"), entry("b"), entry("c", uses=["a"]), entry("d")]
    after = [entry("b", status="numerical", fully_checked=False), entry("c", uses=["b"], number="1.2"), entry("d"), entry("e")]
    for name, found in (("old", before), ("new", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ledger.json").write_text(json.dumps({"statements": found}))
    return str(tmp_path / "old"), str(tmp_path / "new" / "ledger.json")


def test_each_kind_of_difference(two, capsys):
    assert ledger_diff.main([*two, "--exit-code"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Removed: 1", "  a (proved, fully checked): a = 1", "",
        "Added: 1", "  e (proved, fully checked): e = 1", "",
        "Another verdict: 2", "  b: status proved → numerical", "  b: fully_checked true → false", "",
        "Told in another way: 1", '  c: uses ["a"] → ["b"]', "",
        "Moved: 1", "  c: number 1.1 → 1.2", "",
    ]


def test_no_difference(two, capsys):
    assert ledger_diff.main([two[0], two[0], "--exit-code"]) == 0
    assert capsys.readouterr().out == "The two ledgers say the same.\n"


def test_what_is_no_ledger(tmp_path, two, capsys):
    (tmp_path / "half.json").write_text('{"statements": [')
    for name, words in ((str(tmp_path / "half.json"), "is no ledger"), ("no-such-commit", "is no commit, no ledger.json")):
        assert ledger_diff.main([name, two[0]]) == 2
        assert words in capsys.readouterr().err


def test_a_commit_is_built_once_and_leaves_no_tree(tmp_path, monkeypatch, capfd):
    """A repository whose book is one copied file."""
    def git(*told):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *told], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    (tmp_path / "Makefile").write_text("book:\n\tmkdir -p _build/html\n\tcp told.json _build/html/ledger.json\n")
    for number in (1, 2):
        (tmp_path / "told.json").write_text(json.dumps({"statements": [entry("a", number=f"1.{number}")]}))
        git("add", ".")
        git("commit", "-m", str(number))
    monkeypatch.setattr(ledger_diff, "ROOT", tmp_path)
    monkeypatch.setattr(ledger_diff, "KEPT", tmp_path / "build" / "ledgers")
    monkeypatch.delenv("MAKEFLAGS", raising=False)
    for _ in range(2):
        assert ledger_diff.main(["HEAD~1", "HEAD"]) == 0
        assert "a: number 1.1 → 1.2" in capfd.readouterr().out
    assert sorted(path.suffix for path in (tmp_path / "build" / "ledgers").iterdir()) == [".json", ".json"]
