"""A request and a reply of HTTP."""

from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict
    body: bytes
    client: str


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    kind: str = "text/html"
    headers: list = field(default_factory=list)
    api_status: int = None  # of the JSON in it, for the counts

    def head(self, length=None, close=True, chunked=False):
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}", f"Content-Type: {self.kind}"]
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(self.body) if length is None else length}")
        lines += [f"{name}: {value}" for name, value in self.headers] + ["Connection: " + ("close" if close else "keep-alive")]
        return "\r\n".join(lines + ["", ""]).encode()


def _phrase(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
