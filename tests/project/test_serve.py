"""The server of ``make serve``: what it compresses, for whom, and what it leaves as it is."""

import functools
import gzip
import http.client
import http.server
import threading

import pytest
import serve

TEXT = b"<p>words</p>\n" * 400
FILES = {"index.html": TEXT, "a.js": TEXT, "a.json": TEXT, "a.wasm": TEXT, "a.svg": TEXT, "a.css": TEXT, "a.png": TEXT, "short.html": b"<p>"}


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """``ask(path, **headers)``: the answer and its body, from a server of a small site."""
    (tmp_path / "404.html").write_bytes(b"nothing here")
    for name, body in FILES.items():
        (tmp_path / name).write_bytes(body)
    monkeypatch.setattr(serve, "SITE", tmp_path)
    monkeypatch.setattr(serve.Handler, "log_message", lambda *_: None)
    server = http.server.ThreadingHTTPServer((serve.HOST, 0), functools.partial(serve.Handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def asked(path, method="GET", **headers):
        line = http.client.HTTPConnection(serve.HOST, server.server_port, timeout=10)
        line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer, body

    yield asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["", "index.html", "a.js", "a.json", "a.wasm", "a.svg", "a.css", "a.css?v=1"])
def test_what_becomes_smaller_is_compressed(ask, name):
    answer, body = ask(f"/{name}", Accept_Encoding="br, gzip;q=0.8")
    assert answer.status == 200 and answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == TEXT and int(answer.headers["Content-Length"]) == len(body) < len(TEXT) / 10
    head, nothing = ask(f"/{name}", "HEAD", Accept_Encoding="gzip")
    assert head.headers["Content-Length"] == str(len(body)) and nothing == b""


@pytest.mark.parametrize("path, accepted", [("/a.png", "gzip"), ("/short.html", "gzip"), ("/a.js", ""), ("/a.js", "br, gzip;q=0"), ("/a.js", "gzip;q=0.0")])
def test_all_else_comes_as_it_is(ask, path, accepted):
    answer, body = ask(path, Accept_Encoding=accepted)
    assert answer.status == 200 and answer.headers["Content-Encoding"] is None and body == FILES[path[1:]]


def test_a_file_that_changed_is_compressed_anew_and_one_that_did_not_is_not_sent_again(ask, tmp_path):
    first, _ = ask("/a.js", Accept_Encoding="gzip")
    again, nothing = ask("/a.js", Accept_Encoding="gzip", If_Modified_Since=first.headers["Last-Modified"])
    assert again.status == 304 and nothing == b""
    (tmp_path / "a.js").write_bytes(TEXT + b"more")
    assert gzip.decompress(ask("/a.js", Accept_Encoding="gzip")[1]).endswith(b"more")


def test_where_there_is_nothing_the_books_own_page_is_shown(ask):
    answer, body = ask("/none.html", Accept_Encoding="gzip")
    assert answer.status == 404 and body == b"nothing here"
