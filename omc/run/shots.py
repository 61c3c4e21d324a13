"""Pictures of every screen, light and dark, on a desk and on a telephone; and the staple walk as a moving one.

``make shots`` looks at a demo that runs: at ``OMC_URL`` if that is set, else at an own server on the same database.
It writes into the state folder, ``shots/<theme>-<width>/``. Playwright and Chromium are development tools.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import django
from django.urls import Resolver404, resolve

from omc.run.moving import moving_picture
from omc.run.places import CHECKOUT, state_folder
from omc.run.ports import any_port

LOOKS = (("light", 1440, 900), ("dark", 1440, 900), ("light", 390, 844), ("dark", 390, 844))
GUIDE = "ada"  # an administrator: may open every screen
NO_SCREEN = re.compile(r"^/(admin|api|files|static)/|/logout/|\.(csv|xlsx|pdf)\b|/pdf/|/walk/\d+/\d+/|/random/")
ADDRESSES = "all => all.map((one) => new URL(one.getAttribute('href'), location.href).href)"
SETTLE_MS = 15_000  # at most, for the fragments that a page asks for
WHOLE = ".bulk-bar, .places, .data thead th { position: static !important }"  # what stands still while one scrolls
SHOT_MS = 90_000  # a long page on a busy machine
WALK_FRAMES = 24
FRAME_MS = 1100


def main() -> int:
    folder = state_folder() / "shots"
    shutil.rmtree(folder, ignore_errors=True)
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omc.settings")
    django.setup()  # only its addresses are asked; playwright runs a loop in this thread, and a database is not wanted

    with _site() as site, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        known = {username: _log_in(browser, site, username, password) for username, password in _logins()}
        for theme, width, _height in LOOKS:
            (folder / f"{theme}-{width}").mkdir(parents=True)
        _shoot(browser, None, {"login": f"{site}/login/"}, folder)
        for username, state in known.items():
            _shoot(browser, state, {f"home-{username}": f"{site}/"}, folder)
        count = _shoot(browser, known[GUIDE], _palette(browser, site, known[GUIDE]), folder, site)
        print(f"{count} screens, each {len(LOOKS)} times, in {folder}", flush=True)
        walk = film_walk(browser, site, known["erin"], folder / "staple-walk.png")
        print(f"staple walk: {walk}" if walk else "staple walk: no order has one yet")
        browser.close()
    return 0


@contextmanager
def _site() -> Iterator[str]:
    """The address of a running site: the one that was named, else an own server for as long as it is needed."""
    if named := os.environ.get("OMC_URL"):
        yield named.rstrip("/")
        return
    address = f"127.0.0.1:{any_port()}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", address]
    server = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://{address}/healthz")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str, seconds: int = 60) -> None:
    for _ in range(seconds * 4):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise SystemExit(f"Nothing answers at {url}.")


def _logins() -> list[tuple[str, str]]:
    """Names and passwords of the demo's people, as the demo itself prints them."""
    command = [sys.executable, "manage.py", "demo_logins"]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(\S+)\s+(\S+)\s+\(", said)
    if not found:
        raise SystemExit(f"No pictures: {said.strip()}")
    return found


def _log_in(browser: Any, site: str, username: str, password: str) -> Any:
    """The cookies of somebody who logged in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/login/")
    page.eval_on_selector_all(
        "details", "all => all.forEach((one) => (one.open = true))"
    )  # the demo offers its roles first
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    state = context.storage_state()
    context.close()
    return state


def _palette(browser: Any, site: str, state: Any) -> dict[str, str]:
    """Every screen that the palette leads to."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{site}/palette/")
    links = page.eval_on_selector_all("a[href]", ADDRESSES)
    context.close()
    return {
        _name(link, site): link for link in (*links, f"{site}/style/", f"{site}/glossary/") if _is_screen(link, site)
    }


def _name(link: str, site: str) -> str:
    path = link.removeprefix(site).partition("?")[0].strip("/")
    return path.replace("/", "-") or "home"


def _is_screen(link: str, site: str) -> bool:
    return link.startswith(f"{site}/") and not NO_SCREEN.search(link.removeprefix(site))


def _shoot(browser: Any, state: Any, screens: dict[str, str], folder: Path, site: str = "") -> int:
    """Each screen in every look. With ``site``, also one screen of each kind that they lead to; returns how many.

    Addresses of one route are one kind of screen.
    """
    context = browser.new_context(storage_state=state, reduced_motion="reduce")
    page = context.new_page()
    waiting = dict(screens)
    kinds = {_kind(link) for link in waiting.values()}
    count = 0
    while waiting:
        name = next(iter(waiting))
        answer = page.goto(waiting.pop(name))
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        _settle(page)
        for theme, width, height in LOOKS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(
                path=folder / f"{theme}-{width}" / f"{name}.png", full_page=True, timeout=SHOT_MS, style=WHOLE
            )
        count += 1
        for link in page.eval_on_selector_all("main a[href]", ADDRESSES) if site else ():
            if _is_screen(link, site) and _kind(link) not in kinds:
                kinds.add(_kind(link))
                waiting[_name(link, site)] = link
    context.close()
    return count


def _settle(page: Any) -> None:
    """Until the page has asked for all that it asks for at once; a page that goes on asking is taken as it is."""
    with suppress(TimeoutError):
        page.wait_for_load_state("networkidle", timeout=SETTLE_MS)


def _kind(link: str) -> str:
    """The route of an address. Each key (a stage, a figure) is a kind of its own: its page tells something else."""
    path = re.sub(r"^https?://[^/]+", "", link).partition("?")[0].partition("#")[0]
    try:
        route = str(resolve(path).route)
    except Resolver404:
        return path
    return path if "<str:key>" in route else route


def film_walk(browser: Any, site: str, state: Any, file: Path) -> Path | None:
    """The staple walk of one order, hop by hop, as a moving picture; None while no order has a walk."""
    context = browser.new_context(
        storage_state=state, viewport={"width": 1200, "height": 760}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{site}/analytics/walk/")
    link = page.locator("main a[href*='/analytics/walk/']:not([href*='random'])").first
    if not link.count():
        return None
    page.goto(str(link.evaluate("link => link.href")))
    page.keyboard.press("Home")
    frames: list[bytes] = []
    for _ in range(WALK_FRAMES):
        page.wait_for_timeout(300)
        frame = page.screenshot()
        if frames and frame == frames[-1]:
            break
        frames.append(frame)
        page.keyboard.press("ArrowRight")
    context.close()
    file.write_bytes(moving_picture(frames, FRAME_MS))
    return file


if __name__ == "__main__":
    sys.exit(main())
