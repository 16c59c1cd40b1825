"""A request and its answer as plain values, and how bodies are read and written. Knows HTTP's words, and no operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `path` is as it came, percent signs included; header names are in lower case, `host` is without a port."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = "circleci.com"

    @property
    def segments(self) -> list[str]:
        """The path's segments, each decoded on its own, a trailing slash left out."""
        return [unquote(part) for part in self.path.strip("/").split("/")]

    @property
    def content_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `body` is written as JSON; None is an empty body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An answer that is no success, with CircleCI's message."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


def v1_body(call: Call) -> dict[str, Any]:
    """The fields of a body as v1 takes them: JSON, or form fields (`build_parameters[X]=y`), also as multipart. Raises Refused.

    JSON that is sent as a form (curl's default with `-d '{…}'`) is read as JSON: scripts in the wild rely on it.
    """
    text = call.body.decode("utf-8", "replace").strip()
    if not text:
        return {}
    if call.content_type == "application/x-www-form-urlencoded" and not text.startswith("{"):
        return _nested(parse_qsl(text, keep_blank_values=True))
    if call.content_type == "multipart/form-data":
        return _nested(_parts(call))
    return _json_object(text)


def v2_body(call: Call) -> dict[str, Any]:
    """The JSON object that a call to v2 carries; none is an empty object. Raises Refused.

    The documents know no body but JSON. What the real API does with a form is not documented: here it is refused.
    """
    text = call.body.decode("utf-8", "replace").strip()
    if not text:
        return {}
    if call.content_type != "application/json":
        raise Refused(400, "Unexpected request body provided.")
    return _json_object(text)


def text_field(body: Mapping[str, Any], name: str) -> str | None:
    """A field of a body that has to be text where it is there. Raises Refused."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused(400, f"{name} must be a string")
    return value


def object_field(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A field of a body that has to be an object where it is there. Raises Refused."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise Refused(400, f"{name} must be an object")
    return value or {}


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise Refused(400, "Malformed JSON body.") from None
    if not isinstance(value, dict):
        raise Refused(400, "Unexpected request body provided.")
    return value


def _parts(call: Call) -> list[tuple[str, str]]:
    """The fields of a multipart body, files as text."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    found = []
    for part in message_from_bytes(head + call.body, policy=HTTP).walk():
        if not part.is_multipart() and (name := part.get_param("name", header="content-disposition")):
            payload = part.get_payload(decode=True)
            found.append((str(name), payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""))
    return found


def _nested(fields: list[tuple[str, str]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in fields:
        head, bracket, rest = name.partition("[")
        if bracket and rest.endswith("]"):
            inner = out.setdefault(head, {})
            if isinstance(inner, dict):
                inner[rest[:-1]] = value
        else:
            out[name] = value
    return out


def v1_text(body: Any, call: Call, edn: bool) -> tuple[str, str]:
    """An answer of v1 as text and its media type: compact JSON to who asks for JSON, else JSON for the eye (or EDN)."""
    if body is None:
        return "", "application/json"
    accept = call.headers.get("accept", "")
    if edn and not accept:
        return to_edn(body), "application/edn"
    if "application/json" in accept:
        return json.dumps(body, separators=(",", ":")), "application/json"
    return json.dumps(body, indent=2, separators=(", ", " : ")), "application/json"


def v2_text(body: Any) -> tuple[str, str]:
    """An answer of v2 as text and its media type."""
    return ("" if body is None else json.dumps(body)), "application/json"


def to_edn(value: Any) -> str:
    """A JSON value in EDN, its keys as keywords."""
    if isinstance(value, dict):
        return "{" + ", ".join(f":{key} {to_edn(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + " ".join(to_edn(item) for item in value) + "]"
    return "nil" if value is None else json.dumps(value)
