"""An empty console under the headers of production."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tests.web.kit.browser import settled
from tests.web.kit.finding import Finding, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Request, Response

PRODUCTION_CSP: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
GIVEN_UP: Final = "net::ERR_ABORTED"
"""What the browser says of a request that it no longer needs: a page left before its icon came."""
LISTS: Final = ("-src", "-action", "-ancestors", "-uri")
"""How the names of directives end whose values are sources."""
NAMED_BY_VALUE: Final = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")


def console_and_csp(page: Page) -> list[Finding]:
    """Load the page again; find words in its console, failures, strangers and a lax header."""
    settled(page)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("requestfailed", lambda request: faults.extend(_failed(request)))
    page.on("response", lambda answer: faults.extend(_answered(answer, page.url)))
    answer = page.reload(wait_until="load")
    settled(page)
    policy = answer.all_headers().get("content-security-policy", "") if answer else ""
    return findings("console_and_csp", page.url, [*laxities(policy), *faults])


def _failed(request: Request) -> Iterator[str]:
    if request.failure != GIVEN_UP:
        yield f"not fetched: {request.url} ({request.failure})"


def _answered(answer: Response, page_url: str) -> Iterator[str]:
    if not answer.ok and answer.request.resource_type != "document":
        yield f"{answer.status}: {answer.url}"
    if not answer.url.startswith("data:") and urlsplit(answer.url)[1] != urlsplit(page_url)[1]:
        yield f"fetched from a stranger: {answer.url}"


def laxities(policy: str) -> Iterator[str]:
    """Tell where a Content-Security-Policy allows more than production does."""
    found, expected = _directives(policy), _directives(PRODUCTION_CSP)
    for name in expected.keys() - found.keys():
        if not (name.endswith("-src") and "default-src" in found):
            yield f"the policy leaves {name} open"
    for name in (
        each for each in found if each.endswith(("-src", "-action", "-ancestors", "-uri"))
    ):
        allowed = expected.get(name, expected["default-src"]) | {"'none'"}
        for source in sorted(found[name] - allowed):
            if not source.startswith(NAMED_BY_VALUE):
                yield f"the policy allows {name} {source}"


def _directives(policy: str) -> dict[str, frozenset[str]]:
    parts = (each.split() for each in policy.split(";") if each.strip())
    return {name.lower(): frozenset(sources) for name, *sources in parts}
