"""Shows the built book on this machine: ``python tools/serve.py 8000``."""

from __future__ import annotations

import argparse
import functools
import http.server
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
HOST = "127.0.0.1"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Shows the book's own page where there is nothing, as file hosts do."""

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
