"""Validators: tags by which a client asks whether the answer that it has is still the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from .replies import RawHeaders, Reply

_TAGS: Final = re.compile(rb'"[^"]*"')
_KEPT: Final = (b"etag", b"vary", b"cache-control", b"access-control-allow-origin")


def tag_of(*said: bytes, key: bytes = b"") -> bytes:
    """Returns a tag for what is said; `key` (at most 64 bytes) is what else it depends on."""
    return b'"%s"' % blake2b(b"\0".join(said), digest_size=9, key=key).hexdigest().encode()


def tagged(headers: RawHeaders, body: bytes) -> Reply:
    """Returns an answer that lies at hand, with the tag of its content."""
    return Reply(200, [*headers, (b"etag", tag_of(body)), (b"cache-control", b"no-cache")], body)


def has_tag(headers: Mapping[bytes, bytes], tag: bytes) -> bool:
    """Whether a client names a tag that it has; “*” names none."""
    known = headers.get(b"if-none-match")
    return known is not None and tag in _TAGS.findall(known)


def unchanged(headers: Mapping[bytes, bytes], reply: Reply) -> Reply:
    """Returns an answer, or in its place that the client has it: by its tag, or any by “*”."""
    known = headers.get(b"if-none-match")
    if known is None or reply.status != 200:
        return reply
    tag = next((value for name, value in reply.headers if name == b"etag"), None)
    if tag is None or not (known.strip() == b"*" or has_tag(headers, tag)):
        return reply
    return not_modified(reply)


def not_modified(reply: Reply) -> Reply:
    """Returns what says that an answer is still the same; parts on their way are let go."""
    return Reply(304, [pair for pair in reply.headers if pair[0] in _KEPT], parts=reply.parts)
