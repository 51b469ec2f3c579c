"""MNIST's files, made small here: found, checked, fetched from a server on this machine, refused."""

import gzip
import hashlib
import os
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from vdmlib import DataError, fashion_mnist, mnist, read_idx
from vdmlib.data import FASHION_FILES, MNIST_FILES, colab

NAMES = list(MNIST_FILES)
GIVEN = os.environ.get("VDMLIB_DATA")  # where a maintainer may have MNIST itself


def idx(values):
    """An IDX file's bytes, by the format's own description."""
    sizes = struct.pack(f">{values.ndim}I", *values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.astype(np.uint8).tobytes()


def contents(seed=0):
    draw = np.random.default_rng(seed)
    shapes = (24, 6, 5), (24,), (7, 6, 5), (7,)
    return [draw.integers(0, 256 if len(s) == 3 else 10, s) for s in shapes]


FILES = dict(zip(NAMES, map(idx, contents()), strict=True))
CHECKSUMS = {name: hashlib.sha256(raw).hexdigest() for name, raw in FILES.items()}


@pytest.fixture
def folder(tmp_path):
    """All four files, two gzipped and two plain."""
    for i, (name, raw) in enumerate(FILES.items()):
        if i % 2:
            (tmp_path / name).write_bytes(raw)
        else:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(raw))
    return tmp_path


@pytest.fixture(autouse=True)
def no_other_folder(monkeypatch, tmp_path_factory):
    """Neither this user's cache nor Colab's folder nor a proxy plays a part."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setattr(colab, "FOLDER", home / "sample_data")
    monkeypatch.delenv("VDMLIB_DATA", raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("no_proxy", "*")
    return home


class Server:
    """Serves what it is told to, and counts what it was asked for."""

    def __init__(self):
        self.files, self.asked, outer = {}, [], self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.rsplit("/", 1)[-1]
                outer.asked.append(name)
                body, promised = outer.files.get(name, (None, None))
                if body is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                if promised is not None:
                    self.send_header("Content-Length", str(promised))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/mnist/"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def give(self, name, body, promised="all"):
        self.files[f"{name}.gz"] = body, len(body) if promised == "all" else promised


@pytest.fixture
def server():
    made = Server()
    for name, raw in FILES.items():
        made.give(name, gzip.compress(raw))
    yield made
    made.http.shutdown()
    made.http.server_close()


def check_data(data):
    images, labels, test_images, test_labels = contents()
    assert (data.name, data.note, data.levels, data.classes, data.shape) == ("mnist", "", 256, 10, (6, 5))
    np.testing.assert_array_equal(data.train.images, images[:22])
    np.testing.assert_array_equal(data.train.labels, labels[:22])
    np.testing.assert_array_equal(data.validation.images, images[22:])  # the last twelfth
    np.testing.assert_array_equal(data.validation.labels, labels[22:])
    np.testing.assert_array_equal(data.test.images, test_images)
    np.testing.assert_array_equal(data.test.labels, test_labels)


def test_plain_and_gzipped_files_from_a_folder(folder):
    check_data(mnist(folder, checksums=CHECKSUMS))
    check_data(mnist(str(folder), checksums=CHECKSUMS))


def test_folder_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("VDMLIB_DATA", str(folder))
    check_data(mnist(checksums=CHECKSUMS))
    inside = folder / "mnist"
    inside.mkdir()
    for file in [f for f in folder.iterdir() if f.is_file()]:
        file.rename(inside / file.name)
    check_data(mnist(checksums=CHECKSUMS))


def test_download_into_the_cache_and_not_twice(server, no_other_folder):
    check_data(mnist(download=True, mirrors=[server.address], checksums=CHECKSUMS))
    assert server.asked == [f"{name}.gz" for name in NAMES]
    (cached,) = {path.parent for path in no_other_folder.rglob("*ubyte.gz")}
    assert cached.parts[-2:] == ("vdmlib", "mnist")
    assert sorted(os.listdir(cached)) == sorted(f"{name}.gz" for name in NAMES)
    check_data(mnist(checksums=CHECKSUMS))
    check_data(mnist(download=True, mirrors=[server.address], checksums=CHECKSUMS))
    assert len(server.asked) == 4


def test_only_what_is_missing_is_fetched(server, folder):
    (folder / NAMES[1]).unlink()
    check_data(mnist(folder, download=True, mirrors=[server.address], checksums=CHECKSUMS))
    assert server.asked == [f"{NAMES[1]}.gz"]


def test_a_server_that_unpacks(server, tmp_path):
    server.give(NAMES[0], FILES[NAMES[0]])
    check_data(mnist(tmp_path, download=True, mirrors=[server.address], checksums=CHECKSUMS))
    assert NAMES[0] in os.listdir(tmp_path)


BODY = gzip.compress(FILES[NAMES[2]])
OTHER = gzip.compress(FILES[NAMES[2]][:-1] + b"\0")


@pytest.mark.parametrize(
    "body, promised, words",
    [
        (BODY[: len(BODY) // 2], len(BODY), "t10k-images"),  # the connection breaks
        (BODY[: len(BODY) // 2], None, "truncated"),  # and nobody said how much there is
        (b"<html>no</html>", "all", "not such an IDX file"),
        (OTHER, "all", "its SHA-256 is"),
        (None, None, "404"),
    ],
)
def test_bad_downloads_leave_nothing_and_the_next_mirror_is_asked(server, tmp_path, body, promised, words):
    bad = Server()
    bad.files = dict(server.files)
    bad.files[f"{NAMES[2]}.gz"] = body, len(body) if promised == "all" else promised
    with pytest.raises(DataError, match=f"(?s)could not be fetched.*{words}"):
        mnist(tmp_path, download=True, mirrors=[bad.address], checksums=CHECKSUMS)
    assert sorted(os.listdir(tmp_path)) == sorted(f"{name}.gz" for name in NAMES[:2])
    mirrors = [bad.address, server.address]
    check_data(mnist(tmp_path, download=True, mirrors=mirrors, checksums=CHECKSUMS))
    assert server.asked == [f"{NAMES[2]}.gz"] and not list(tmp_path.glob(".*"))
    bad.http.shutdown()
    bad.http.server_close()


def test_interruption_by_hand_leaves_nothing(server, tmp_path, monkeypatch):
    import pooch

    def stopped(self, address, file, pooch, check_only=False):
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", stopped)
    with pytest.raises(KeyboardInterrupt):
        mnist(tmp_path, download=True, mirrors=[server.address], checksums=CHECKSUMS)
    assert os.listdir(tmp_path) == []


def test_remains_of_a_killed_download_go_after_a_day(server, tmp_path):
    old, new = tmp_path / ".partial-a", tmp_path / ".partial-b"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    check_data(mnist(tmp_path, download=True, mirrors=[server.address], checksums=CHECKSUMS))
    assert not old.exists() and new.exists()  # the new one may be another process at work


def test_no_mirror_and_no_server(tmp_path):
    with pytest.raises(DataError, match="no mirrors were given"):
        mnist(tmp_path, download=True, mirrors=[], checksums=CHECKSUMS)
    with pytest.raises(DataError, match="(?s)could not be fetched.*put the file there by hand"):
        mnist(tmp_path, download=True, mirrors=["http://127.0.0.1:9/"], checksums=CHECKSUMS)
    assert os.listdir(tmp_path) == []


def test_where_nothing_can_be_written_it_says_so_and_asks_nobody(server, tmp_path):
    (tmp_path / "file").write_text("")  # as where a folder is read-only, for the superuser too
    with pytest.raises(DataError, match="nothing can be written into .*file.mnist: .*Not a directory"):
        mnist(tmp_path / "file" / "mnist", download=True, mirrors=[server.address], checksums=CHECKSUMS)
    assert server.asked == []


def test_a_full_disk_leaves_nothing_half_written(server, tmp_path, small_disk):
    with small_disk(50), pytest.raises(DataError, match="(?s)could not be fetched.*File too large"):
        mnist(tmp_path, download=True, mirrors=[server.address], checksums=CHECKSUMS)
    assert os.listdir(tmp_path) == []
    check_data(mnist(tmp_path, download=True, mirrors=[server.address], checksums=CHECKSUMS))


def test_without_pooch(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'vdmlib\[data\]'"):
        mnist(tmp_path, download=True, checksums=CHECKSUMS)


def test_missing_files_are_named(folder, no_other_folder):
    (folder / NAMES[3]).unlink()
    with pytest.raises(DataError, match=rf"no {NAMES[3]}\(.gz\) in .*mnist\(download=True\)"):
        mnist(folder, checksums=CHECKSUMS)
    with pytest.raises(DataError, match=f"no {NAMES[0]}.* nor {NAMES[1]}.*{no_other_folder}"):
        mnist()


def flipped(raw, at):
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


RAW = FILES[NAMES[0]]
PACKED = gzip.compress(RAW)


@pytest.mark.parametrize(
    "stored, words",
    [
        (RAW[:-1], "is truncated: it holds 735 bytes, and 736 by its header"),
        (RAW[:9], "is truncated: it ends within its header"),
        (RAW + b"\0", "has been altered: it holds 737 bytes"),
        (flipped(RAW, 100), "has been altered: its SHA-256 is"),
        (flipped(RAW, 3), "not such an IDX file: it begins with 0x00000802, not 0x00000803"),
        (FILES[NAMES[1]], "not such an IDX file: it begins with 0x00000801"),
        (b"", "not such an IDX file"),
        (PACKED[:-20], "is truncated: its gzip stream ends"),
        (flipped(PACKED, len(PACKED) - 6), "has been altered"),
        (flipped(PACKED, 60), "has been altered|is truncated"),
        (PACKED + b"more", "has been altered: 4 bytes follow"),
    ],
)
def test_damaged_files_are_refused_by_name(folder, stored, words):
    file = folder / f"{NAMES[0]}.gz"
    file.write_bytes(stored)
    with pytest.raises(DataError, match=words) as caught:
        mnist(folder, checksums=CHECKSUMS)
    assert str(file) in str(caught.value)
    assert "Delete this file; mnist(download=True) then fetches it again" in str(caught.value)


def test_mnist_by_default_is_mnist_and_nothing_else(folder):
    """Well-formed files that are not MNIST's do not pass for it."""
    with pytest.raises(DataError, match=f"its SHA-256 is {CHECKSUMS[NAMES[0]]}, not {MNIST_FILES[NAMES[0]]}"):
        mnist(folder)


def test_checksums_for_the_wrong_files(folder):
    with pytest.raises(DataError, match="checksums must be given for train-images"):
        mnist(folder, checksums={NAMES[0]: ""})


def test_read_idx(tmp_path):
    values = np.arange(24).reshape(2, 3, 2, 2)
    (tmp_path / "a").write_bytes(gzip.compress(idx(values)))
    np.testing.assert_array_equal(read_idx(tmp_path / "a"), values)
    with pytest.raises(DataError, match="begins with 0x00000804, not 0x00000801"):
        read_idx(tmp_path / "a", axes=1)
    with pytest.raises(DataError, match="cannot be read"):
        read_idx(tmp_path / "b")


def test_a_gzip_file_that_unpacks_to_far_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("vdmlib.data.idx.LARGEST", 1000)
    (tmp_path / "a").write_bytes(gzip.compress(bytes(1_000_000)))
    with pytest.raises(DataError, match="more than 1000 bytes"):
        read_idx(tmp_path / "a")


# --- Fashion-MNIST ---------------------------------------------------------------------------------


@pytest.fixture
def fashion(monkeypatch):
    for name, value in CHECKSUMS.items():
        monkeypatch.setitem(FASHION_FILES, name, value)


def test_fashion_mnist_from_a_folder_and_a_server(fashion, folder, server, no_other_folder, monkeypatch):
    data = fashion_mnist(folder)
    assert (data.name, len(data.train), len(data.validation), len(data.test)) == ("fashion-mnist", 22, 2, 7)
    fashion_mnist(download=True, mirrors=[server.address])
    (cached,) = {path.parent for path in no_other_folder.rglob("*ubyte.gz")}
    assert cached.parts[-2:] == ("vdmlib", "fashion-mnist")
    monkeypatch.setenv("VDMLIB_DATA", str(folder))  # where MNIST's files lie, which must not be taken for these
    with pytest.raises(DataError, match=r"no train-images.* in .*fashion-mnist; fashion_mnist\(download=True\)"):
        fashion_mnist()


def test_fashion_mnist_is_not_mnist(folder):
    words = f"its SHA-256 is .* not {FASHION_FILES[NAMES[0]]}. Delete this file; fashion_mnist"
    with pytest.raises(DataError, match=words):
        fashion_mnist(folder)
    assert not set(FASHION_FILES.values()) & set(MNIST_FILES.values())


# --- Colab's sample: a small one, its marks and its checksums ------------------------------------------


def colab_rows(seed=1):
    """Training and test rows: a label and 784 pixels each."""
    draw = np.random.default_rng(seed)
    return [np.column_stack((draw.integers(0, 10, n), draw.integers(0, 256, (n, 784)))) for n in (24, 7)]


def write_rows(path, rows):
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows.tolist()))


@pytest.fixture
def sample(monkeypatch, tmp_path):
    """Colab's folder, with 24 of 60 "training images of MNIST"."""
    train, test = colab_rows()
    all_of_it = np.concatenate((colab_rows(2)[0], train, colab_rows(3)[0]))[:60]
    known = np.zeros(2**19, bool)
    known[colab.marks(all_of_it[:, 1:].reshape(-1, 28, 28), all_of_it[:, 0])] = True
    np.packbits(known).tofile(tmp_path / "marks")
    monkeypatch.setattr(colab, "MARKS", tmp_path / "marks")
    monkeypatch.setattr(colab, "COUNT", 24)
    monkeypatch.setattr(colab, "FOLDER", tmp_path / "sample_data")
    for name, values in zip(NAMES[2:], (test[:, 1:].reshape(-1, 28, 28), test[:, 0])):
        monkeypatch.setitem(MNIST_FILES, name, hashlib.sha256(idx(values)).hexdigest())
    colab.FOLDER.mkdir()
    write_rows(colab.FOLDER / "mnist_train_small.csv", train)
    write_rows(colab.FOLDER / "mnist_test.csv", test)
    return colab.FOLDER


def test_colabs_sample(sample):
    data, (train, test) = mnist(), colab_rows()
    assert (data.name, data.shape, data.levels, data.classes) == ("mnist", (28, 28), 256, 10)
    assert data.note == "24 of the 60,000 training images, from Colab's sample folder"
    np.testing.assert_array_equal(data.train.images.reshape(-1, 784), train[:22, 1:])
    np.testing.assert_array_equal(data.validation.images.reshape(-1, 784), train[22:, 1:])
    np.testing.assert_array_equal(data.train.labels, train[:22, 0])
    np.testing.assert_array_equal(data.test.images.reshape(-1, 784), test[:, 1:])
    np.testing.assert_array_equal(data.test.labels, test[:, 0])


def test_the_order_of_places(sample, folder, server, no_other_folder, monkeypatch):
    check_data(mnist(folder, checksums=CHECKSUMS))  # a folder given
    with pytest.raises(DataError, match="no train-images"):
        mnist(no_other_folder)  # and if the files are not there, no other place
    with pytest.raises(DataError, match="no train-images"):
        mnist(checksums=CHECKSUMS)  # other data than MNIST
    assert mnist(download=True, mirrors=[server.address]).note  # Colab's sample before a download
    assert server.asked == []
    for name, value in CHECKSUMS.items():
        monkeypatch.setitem(MNIST_FILES, name, value)
    monkeypatch.setenv("VDMLIB_DATA", str(folder))
    check_data(mnist())  # the environment's folder before Colab's sample
    (sample / "mnist_test.csv").unlink()
    monkeypatch.delenv("VDMLIB_DATA")
    with pytest.raises(DataError, match="no train-images"):
        mnist()  # half a sample is none
    check_data(mnist(download=True, mirrors=[server.address]))


def changed(rows, row, column, value):
    rows = rows.copy()
    rows[row, column] = value
    return rows


@pytest.mark.parametrize(
    "file, change, words",
    [
        (0, lambda rows: changed(rows, 3, 400, rows[3, 400] ^ 1), "1 of its images, with their labels, are none of"),
        (0, lambda rows: changed(rows, 3, 0, (rows[3, 0] + 1) % 10), "1 of its images, with their labels, are none of"),
        (0, lambda rows: rows[:-1], "it holds 23 images, not 24"),
        (0, lambda rows: rows[[*range(23), 0]], "1 of its images stand there again"),
        (0, lambda rows: rows[:, :-1], "a row holds 784 numbers, not a label and 28×28 pixels"),
        (0, lambda rows: changed(rows, 0, 9, 256), "could not convert"),
        (0, lambda rows: changed(rows, 0, 9, -1), "could not convert"),
        (0, lambda rows: rows[:0], "no data"),
        (1, lambda rows: changed(rows, 3, 400, rows[3, 400] ^ 1), "are not MNIST's test images, in MNIST's order"),
        (1, lambda rows: changed(rows, 3, 0, (rows[3, 0] + 1) % 10), "are not MNIST's test images, in MNIST's order"),
        (1, lambda rows: rows[::-1], "are not MNIST's test images, in MNIST's order"),
    ],
)
def test_a_sample_that_is_not_mnists(sample, file, change, words):
    path = sample / ("mnist_train_small.csv", "mnist_test.csv")[file]
    write_rows(path, change(colab_rows()[file]))
    with pytest.raises(DataError, match=words) as caught:
        mnist()
    assert str(path) in str(caught.value) and "give mnist a folder of its own" in str(caught.value)


def test_a_sample_that_is_no_table(sample):
    (sample / "mnist_train_small.csv").write_text("label,pixel\n1,0\n")
    with pytest.raises(DataError, match="could not convert string 'label'"):
        mnist()


def test_the_marks_that_come_with_the_package():
    """As many as the 60,000 training images leave."""
    known = np.unpackbits(np.fromfile(colab.MARKS, np.uint8))
    assert (known.size, known.sum()) == (2**19, 56_681)


@pytest.mark.skipif(not GIVEN, reason="VDMLIB_DATA names no folder with MNIST")
def test_the_marks_are_those_of_mnist(monkeypatch):
    """The file that comes with the package, made anew."""
    monkeypatch.setenv("VDMLIB_DATA", GIVEN)
    data = mnist()
    known = np.zeros(2**19, bool)
    for part in (data.train, data.validation):
        known[colab.marks(part.images, part.labels)] = True
    np.testing.assert_array_equal(np.packbits(known), np.fromfile(colab.MARKS, np.uint8))
    foreign = known[colab.marks(data.test.images, data.test.labels)].mean()
    assert abs(foreign - known.mean()) < 5 * np.sqrt(known.mean() / 10_000)  # test images pass as any others do
