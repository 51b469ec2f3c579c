"""Shows the built book on this machine: ``python tools/serve.py 8000``."""

from __future__ import annotations

import argparse
import email.utils
import functools
import gzip
import http.server
import io
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
HOST = "127.0.0.1"
#: What becomes smaller by compressing; pictures, fonts and archives are so already.
COMPRESSED = ("text/", "application/json", "application/javascript", "application/wasm", "application/xml", "image/svg+xml")
LEAST = 1000  # bytes, below which it is not worth it


@functools.lru_cache(maxsize=512)
def compressed(path: Path, changed: float) -> bytes:
    """A file as gzip; it is compressed once, until it changes."""
    return gzip.compress(path.read_bytes(), compresslevel=5, mtime=0)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Compresses what becomes smaller by it, and shows the book's own page where there is nothing, as file hosts do."""

    def send_head(self) -> io.BytesIO | io.BufferedReader | None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        kind = self.guess_type(path)
        # Whoever asks whether a file has changed is answered by Python's own handler.
        if "If-Modified-Since" in self.headers or not (self.takes_gzip() and kind.startswith(COMPRESSED) and path.is_file()):
            return super().send_head()
        told = path.stat()
        if told.st_size < LEAST:
            return super().send_head()
        body = compressed(path, told.st_mtime)
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", email.utils.formatdate(told.st_mtime, usegmt=True))
        self.end_headers()
        return io.BytesIO(body)

    def takes_gzip(self) -> bool:
        """Whether the browser reads gzip: it is among what it accepts, and not with the weight 0."""
        for part in self.headers.get("Accept-Encoding", "").lower().split(","):
            name, _, weight = part.replace(" ", "").partition(";q=")
            if name == "gzip":
                return weight == "" or weight.strip("0.") != ""
        return False

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = SITE / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def main() -> int:
    """Serve until Ctrl-C, or say why that cannot be."""
    parser = argparse.ArgumentParser(description="Shows the built book on this machine.")
    parser.add_argument("port", type=int)
    port = parser.parse_args().port
    handler = functools.partial(Handler, directory=str(SITE))
    try:
        server = http.server.ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        other = port + 1 if 1024 <= port < 65535 else 8001
        print(f"Port {port} cannot be had ({why}). Another one: make serve PORT={other}", file=sys.stderr)
        return 1
    print(f"==> http://localhost:{server.server_port} (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
