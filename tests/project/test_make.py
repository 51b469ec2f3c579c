"""The Makefile: its help, its stamps, and the Python it looks for."""

import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request

import pytest


def run(*command, env=None, **options):
    # The tests are themselves started by make, whose flags a further make would inherit.
    env = {key: value for key, value in (env or os.environ).items()
           if key not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"}}
    return subprocess.run(command, capture_output=True, text=True, env=env, **options)


def targets(root):
    declared = re.findall(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(), re.MULTILINE)
    return {name for line in declared for name in line.split() if re.fullmatch(r"[a-z-]+", name)}


def test_help_lists_every_target(root):
    shown = run("make", "help", cwd=root)
    assert shown.returncode == 0, shown.stderr
    assert set(re.findall(r"^  make ([a-z-]+)", shown.stdout, re.MULTILINE)) == targets(root)


def test_help_is_the_default(root):
    assert run("make", cwd=root).stdout == run("make", "help", cwd=root).stdout


def test_readme_and_workflows_name_real_targets(root):
    texts = [root / "README.md", root / "CONTRIBUTING.md", root / "ARCHITECTURE.md", root / ".ci" / "run", *(root / ".github/workflows").glob("*.yml")]
    for path in texts:
        named = re.findall(r"(?:^|[`\s\"])make ([a-z]+(?:-[a-z]+)*)(?=[`\s\"]|$)",
                           path.read_text(), re.MULTILINE)
        commands = [name for name in named if name not in {"python", "chromium"}]
        assert set(commands) <= targets(root), path.name


STEPS = ("requirements.txt", "pyproject.toml", "package.json", "package-lock.json", ".npmrc",
         "tools/web_assets.py", ".venv/.made", ".venv/.locked", ".venv/.package", ".venv/.npm",
         "build/static/.made")


@pytest.fixture
def set_up(root, tmp_path):
    """A folder in which the set-up has run, as its stamps say."""
    shutil.copyfile(root / "Makefile", tmp_path / "Makefile")
    for age, name in enumerate(STEPS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(tmp_path) if name == ".venv/.made" else "")
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    return tmp_path


def planned(folder):
    return run("make", "--dry-run", "setup", cwd=folder).stdout


def test_set_up_is_done_once(set_up):
    assert "Nothing to be done" in planned(set_up)


@pytest.mark.parametrize("changed, steps", [
    ("requirements.txt", ["--require-hashes", "--editable", "npm ci", "web_assets.py"]),
    ("pyproject.toml", ["--editable"]),
    ("package-lock.json", ["npm ci", "web_assets.py"]),
    ("tools/web_assets.py", ["web_assets.py"]),
])
def test_what_changed_is_done_again_and_nothing_else(set_up, changed, steps):
    (set_up / changed).touch()
    every = ("-m venv", "--require-hashes", "--editable", "npm ci", "tools/web_assets.py")
    assert [step for step in every if step in planned(set_up)] == [
        step for step in every if any(step.endswith(s) for s in steps)
    ]


@pytest.mark.parametrize("program", ["node", "npm"])
def test_the_environment_brings_node_and_npm_that_run(root, tmp_path, program):
    shown = run(sys.executable, str(root / "tools" / "node.py"), program, "--version", cwd=tmp_path,
                env={**os.environ, "PATH": str(tmp_path)})
    assert shown.returncode == 0, shown.stderr
    assert re.fullmatch(r"v?\d+\.\d+\.\d+\s*", shown.stdout)


def test_a_moved_folder_gets_a_new_environment(set_up):
    (set_up / ".venv" / ".made").write_text("elsewhere")
    assert "-m venv" in planned(set_up)


def test_serve_without_a_book_says_what_to_do(root, tmp_path):
    shutil.copyfile(root / "Makefile", tmp_path / "Makefile")
    served = run("make", "serve", cwd=tmp_path)
    assert served.returncode != 0
    assert "run 'make book' first" in served.stderr


def test_serve_shows_the_books_own_page_where_there_is_nothing(root, tmp_path):
    (tmp_path / "tools").mkdir()
    shutil.copyfile(root / "tools" / "serve.py", tmp_path / "tools" / "serve.py")
    site = tmp_path / "_build" / "html"
    site.mkdir(parents=True)
    (site / "404.html").write_text("not here", encoding="utf-8")
    serving = subprocess.Popen([sys.executable, "tools/serve.py", "0"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = re.search(r"http://localhost:\d+", serving.stdout.readline())[0]
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"{address}/book/nowhere.html", timeout=10)
        assert answer.value.code == 404 and answer.value.read() == b"not here"
    finally:
        serving.kill()
        serving.communicate()


def test_serve_on_a_taken_port_says_which_to_take(root, tmp_path):
    (tmp_path / "tools").mkdir()
    shutil.copyfile(root / "tools" / "serve.py", tmp_path / "tools" / "serve.py")
    site = tmp_path / "_build" / "html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("front")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = run(sys.executable, "tools/serve.py", str(port), cwd=tmp_path, timeout=20)
        assert served.returncode == 1
        assert served.stderr.startswith(f"Port {port} cannot be had (Address already in use). Another one: make serve PORT=")
        assert "Traceback" not in served.stderr
    for wrong in ("99999", "-1"):
        served = run(sys.executable, "tools/serve.py", wrong, cwd=tmp_path, timeout=20)
        assert served.returncode != 0 and "Traceback" not in served.stderr
    with subprocess.Popen([sys.executable, "tools/serve.py", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as shown:
        address = re.search(r"http://\S+", shown.stdout.readline())[0]
        assert urllib.request.urlopen(address, timeout=20).read() == b"front"
        shown.terminate()


@pytest.mark.parametrize("name", ["a $HOME b", "a`id`b", 'a"b', "it's", "a b"])
def test_the_folder_s_name_is_never_read_by_a_shell(set_up, name):
    """The stamp holds the very name, and the steps that follow run no script with that name in it."""
    folder = set_up / name
    folder.mkdir()
    for path in [p for p in set_up.iterdir() if p != folder]:
        shutil.move(path, folder)
    (folder / ".venv" / ".made").write_text(str(folder))
    os.utime(folder / ".venv" / ".made", (1_000_000, 1_000_000))
    os.utime(folder / "requirements.txt", (999_999, 999_999))
    assert "Nothing to be done" in planned(folder)
    (folder / ".venv" / ".made").unlink()
    (folder / "tools" / "find_python.sh").write_text("echo ./python\n")
    (folder / "python").write_text('#!/bin/sh\n[ "$2" != venv ] || mkdir "$3"\n')
    (folder / "python").chmod(0o755)
    made = run("make", ".venv/.made", cwd=folder)
    assert made.returncode == 0, made.stderr
    assert (folder / ".venv" / ".made").read_text() == str(folder)
    (folder / "package.json").touch()
    assert str(set_up) not in planned(folder)


def test_pip_keeps_the_way_to_the_packages_and_nothing_else_of_its_user(root, tmp_path):
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nuser = true\ntimeout = 7\npre = true\n[install]\ntarget = elsewhere\nindex-url = https://example.org/simple\n")
    script = f"import sys; sys.path.insert(0, {str(root / 'tools')!r}); import install, json; print(json.dumps(install.environment()))"
    told = run(sys.executable, "-c", script, env=os.environ | {"PIP_CONFIG_FILE": str(config), "PIP_NO_DEPS": "1", "PIP_RETRIES": "2"})
    found = {key: value for key, value in json.loads(told.stdout).items() if key.startswith("PIP_")}
    assert found.pop("PIP_CONFIG_FILE") == os.devnull
    assert found["PIP_TIMEOUT"] == "7" and found["PIP_RETRIES"] == "2" and found["PIP_INDEX_URL"] == "https://example.org/simple"
    assert not {"PIP_USER", "PIP_TARGET", "PIP_PRE", "PIP_NO_DEPS"} & set(found)


def test_make_leaves_python_s_docstrings_and_checks_on(root):
    shown = run("make", "-f", "-", cwd=root, input=(root / "Makefile").read_text() + "\nprint:\n\t@env\n.PHONY: print\n.DEFAULT_GOAL := print\n",
                env=os.environ | {"PYTHONOPTIMIZE": "2", "PYTHONSTARTUP": "x"})
    assert shown.returncode == 0 and "PYTHONOPTIMIZE" not in shown.stdout and "PYTHONSTARTUP" not in shown.stdout


def python_that(folder, name, version, venv=True):
    """A stand-in for a Python of some version, which answers what find_python.sh asks."""
    path = folder / name
    path.write_text(
        "#!/bin/sh\n"
        'case "$2" in\n'
        f'  *print*) echo {version} ;;\n'
        f'  *">= (3, 11)"*) exit {int(version < (3, 11))} ;;\n'
        f'  *"< (3, 14)"*) exit {int(version >= (3, 14))} ;;\n'
        f'  *ensurepip*) exit {int(not venv)} ;;\n'
        "esac\n".replace(str(version), ".".join(map(str, version)))
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def find(root, folder, *arguments):
    return run("/bin/sh", str(root / "tools" / "find_python.sh"), *arguments,
               env={**os.environ, "PATH": str(folder)})


@pytest.mark.parametrize("found, wanted", [
    ({"python3": (3, 11)}, "python3"),
    ({"python3": (3, 10), "python3.12": (3, 12)}, "python3.12"),
    ({"python3": (3, 15), "python3.13": (3, 13)}, "python3.13"),
])
def test_a_supported_python_is_found(root, tmp_path, found, wanted):
    for name, version in found.items():
        python_that(tmp_path, name, version)
    assert find(root, tmp_path).stdout == wanted + "\n"


def test_an_old_python_is_refused_by_its_version(root, tmp_path):
    python_that(tmp_path, "python3", (3, 9))
    answer = find(root, tmp_path)
    assert answer.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in answer.stderr
    assert "python3: version 3.9" in answer.stderr


def test_a_python_without_venv_is_refused_with_the_remedy(root, tmp_path):
    python_that(tmp_path, "python3", (3, 12), venv=False)
    answer = find(root, tmp_path)
    assert answer.returncode == 1
    assert "apt-get install python3-venv" in answer.stderr


def test_a_named_python_is_the_only_one_tried(root, tmp_path):
    python_that(tmp_path, "python3", (3, 12))
    assert find(root, tmp_path, "python9").returncode == 1
    python_that(tmp_path, "python9", (3, 14))
    assert find(root, tmp_path, "python9").stdout == "python9\n"
