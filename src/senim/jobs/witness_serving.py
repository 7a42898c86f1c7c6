"""Serving a witness by the standard library: one route, `POST /add-checkpoint`, and no database."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from senim.ledger.sealing.witnessing import Reply, Witness

MOST_BYTES = 64 * 1024


def server(witness: Witness, *, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of a witness, bound but not yet serving. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        """What one connection is answered."""

        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            """Answer add-checkpoint."""
            self._answer(self._asked())

        def do_GET(self) -> None:
            """Say who this is."""
            self._answer(Reply(200, f"{witness.signer.key.text}\n"))

        def _asked(self) -> Reply:
            if self.path.rstrip("/") != "/add-checkpoint":
                return Reply(404, "post to /add-checkpoint\n")
            length = self.headers.get("Content-Length", "")
            if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
                self.close_connection = True
                return Reply(413, "too much, or of unknown length\n")
            try:
                body = self.rfile.read(int(length)).decode()
            except UnicodeDecodeError:
                return Reply(400, "this is no text\n")
            return witness.add_checkpoint(body, timestamp=int(time.time()))

        def _answer(self, reply: Reply) -> None:
            data = reply.text.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Say nothing: who asks is nobody's business."""

    return ThreadingHTTPServer((host, port), Handler)
