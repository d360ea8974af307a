"""Headers, names and origins: what a careful site does."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import kommunegraf.viz.web
from kommunegraf.viz.web.running import names_of

from .conftest import Served, serving

HERE = Path(kommunegraf.viz.web.__file__).parent
PATHS = ["/", "/sparql", "/api/questions", "/api/questions/members.csv", "/api/openapi.json",
         "/thing/o/1543-nesset", "/thing/o/1543-nesset.ttl", "/search?q=molde", "/views",
         "/views/timeline", "/static/style.css", "/nothing", "/sparql?query=x", "/favicon.ico",
         "/id/org/1543-nesset"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(served: Served, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = served.ask(method, path, accept="text/html,*/*;q=0.5")
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers.get("access-control-allow-origin") is None
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        script = policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe" not in script
        assert "http" not in policy
        assert len(headers.get_all("content-security-policy") or []) == 1
        assert len(headers.get_all("content-type") or []) <= 1


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("127.0.0.1", 200), ("127.0.0.1:80", 200), ("[::1]", 200),
        ("[::1]:8080", 200), ("LOCALHOST", 200), ("evil.example", 421), ("evil.example:8080", 421),
        ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost@evil", 421),
        ("0.0.0.0", 421), ("169.254.169.254", 421), ("localhost:x", 421),
    ],
)  # fmt: skip
def test_it_answers_to_its_own_names_only(served: Served, host: str, status: int) -> None:
    """A page elsewhere whose name is made to lead here learns nothing."""
    query = "/sparql?query=ASK%7B%7D"
    served.get(query)
    answer = served.get(query, host=host)
    assert answer.status == status
    if status == 421:
        assert "boolean" not in answer.text


@pytest.mark.parametrize(
    ("method", "site", "mode", "status"),
    [
        ("GET", "cross-site", "no-cors", 403), ("GET", "cross-site", "cors", 403),
        ("POST", "cross-site", "navigate", 403), ("GET", "cross-site", "navigate", 200),
        ("GET", "same-origin", "cors", 200), ("GET", "none", "navigate", 200),
    ],
)  # fmt: skip
def test_pages_of_other_sites_cannot_ask(
    served: Served, method: str, site: str, mode: str, status: int
) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    body = b"query=ASK%7B%7D" if method == "POST" else None
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    assert served.send(method, "/sparql?query=ASK%7B%7D", headers, body).status == status


def test_names() -> None:
    assert "kart.example" in names_of("127.0.0.1", ("Kart.Example",))
    assert "0.0.0.0" not in names_of("0.0.0.0", ())
    assert "[::2]" in names_of("::2", ())
    assert "192.0.2.1" in names_of("192.0.2.1", ())


def test_other_names_and_origins_when_asked_for(built: Path) -> None:
    options = ("--allow-host", "kart.example", "--cors", "https://app.example", "--workers", "1")
    with serving(built, *options) as service:
        query = "/sparql?query=ASK%7B%7D"
        for _ in range(2):
            answer = service.get(query, host="kart.example", origin="https://app.example")
            assert answer.status == 200
            assert answer.headers["access-control-allow-origin"] == "https://app.example"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
            assert "Origin" in ", ".join(answer.headers.get_all("vary") or [])
        refused = service.get("/sparql?query=x", origin="https://app.example")
        assert refused.headers["access-control-allow-origin"] == "https://app.example"
        before = service.ask(
            "OPTIONS", "/sparql", origin="https://app.example", access_control_request_method="POST"
        )
        assert before.status == 204
        assert "POST" in before.headers["access-control-allow-methods"]
        assert "access-control-allow-origin" not in service.get("/").headers
        assert service.get("/", host="evil.example").status == 421


def test_nothing_vendored_has_changed() -> None:
    for origin in HERE.glob("vendor/*/origin.toml"):
        said = tomllib.loads(origin.read_text("utf-8"))
        assert {"package", "version", "registry", "licence", "repository"} <= said.keys()
        served = {file.name for file in origin.parent.iterdir() if file.suffix in (".js", ".css")}
        assert served == said["sha256"].keys()
        for name, digest in said["sha256"].items():
            data = (origin.parent / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest, name
        assert (origin.parent / "LICENSE.txt").is_file()


def test_no_page_has_script_or_style_of_its_own() -> None:
    for template in (HERE / "templates").glob("*.html"):
        text = template.read_text("utf-8")
        assert "style=" not in text, template.name
        assert "<style" not in text
        assert "|safe" not in text
        assert " on" + "click" not in text
        for tag in text.split("<script")[1:]:
            assert "src=" in tag.partition(">")[0]
