"""One Chromium in a thread of its own.

Playwright's synchronous interface keeps an event loop running in the thread that started it, and
``asyncio.run`` refuses to work there. So the browser has its own thread, and every other test may
use asyncio while the browser lives.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, Final, Literal, NamedTuple, ParamSpec, Self, TypeVar

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

PATH_VARIABLE: Final = "DHAKIRA_TEST_BROWSER"
PROGRAMS: Final = ("chromium-headless-shell", "chromium")
"""The first is the same engine without windows: it opens a page in half the time."""
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE: Final = 1200
NARROW: Final = 320
HEIGHT: Final = 900
PATIENCE: Final = 15_000
"""Milliseconds that a page may take to answer."""
SETTLED: Final = """
async () => {
  await document.fonts.ready;
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
}
"""

P = ParamSpec("P")
T = TypeVar("T")


class BrowserMissingError(RuntimeError):
    """There is no Chromium on this machine; the message says how to get one."""


def chromium_path() -> str:
    """Return where Chromium is.

    Raises:
        BrowserMissingError: neither the variable nor the search path names one.
    """
    asked = os.environ.get(PATH_VARIABLE)
    found = [asked] if asked else [each for each in map(shutil.which, PROGRAMS) if each]
    if not found:
        msg = f"No Chromium: install it (Debian: apt install {PROGRAMS[0]}) or set {PATH_VARIABLE}."
        raise BrowserMissingError(msg)
    return found[0]


class Chromium:
    """A running Chromium; its pages may be touched only by what ``run`` is given."""

    def __init__(self) -> None:
        """Name the thread; nothing starts before ``start``."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chromium")
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> Self:
        """Start the browser.

        Raises:
            BrowserMissingError: see ``chromium_path``.
        """
        self._thread.submit(self._launch, chromium_path()).result()
        return self

    def run(
        self, check: Callable[Concatenate[Browser, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call ``check(browser, …)`` in the browser's thread and return its answer."""
        return self._thread.submit(check, self._running(), *args, **kwargs).result()

    def stop(self) -> None:
        """End the browser and its thread."""
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def _running(self) -> Browser:
        if self._browser is None:
            msg = "This Chromium has not been started."
            raise RuntimeError(msg)
        return self._browser

    def _launch(self, path: str) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))

    def _close(self) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._browser = self._playwright = None


class Look(NamedTuple):
    """How a reader looks at a page."""

    width: int = WIDE
    scheme: Literal["light", "dark"] = "light"
    scripting: bool = True
    cookies: Mapping[str, str] = {}
    """Name to value, sent to the address that is opened: a signed-in person's session."""


@contextmanager
def opened(browser: Browser, url: str, look: Look = Look()) -> Iterator[Page]:  # noqa: B008
    """Give a page of a fresh context at ``url``, loaded, with motion reduced."""
    with blank(browser, url, look) as page:
        page.goto(url, wait_until="load")
        if look.scripting:
            settled(page)
        yield page


def settled(page: Page) -> None:
    """Wait until the fonts in use have come and the page is painted.

    The network need not fall silent: a page may listen to a stream of events for ever. Without
    scripting nothing would answer; loading is then the end.
    """
    page.evaluate(SETTLED)


@contextmanager
def blank(browser: Browser, url: str, look: Look = Look()) -> Iterator[Page]:  # noqa: B008
    """Give an empty page of a fresh context that holds the reader's cookies for ``url``."""
    with browser.new_context(
        viewport={"width": look.width, "height": HEIGHT},
        color_scheme=look.scheme,
        java_script_enabled=look.scripting,
        reduced_motion="reduce",
    ) as context:
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in look.cookies.items()]
        )
        yield context.new_page()
