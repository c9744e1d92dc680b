#!/usr/bin/env python3
"""Opens an HTML memo in a browser and checks what only a browser can tell (needs chromium and chromedriver).

usage: browser.py MEMO_HTML SCREENSHOT_DIR [--driver PATH] [--axe AXE_MIN_JS]

Each check prints a line; screenshots of both widths and both colour schemes are left for the eye. Exit code 1 where a
check failed, 2 where there is no browser to ask.
"""
import argparse
import base64
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

WIDE, PHONE = 1280, 390
# A driver that has not answered by then will not.
START_SECONDS = 30


class Browser:
    """One session over the WebDriver protocol, on the loopback."""

    def __init__(self, driver):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.profile = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [driver, f"--port={port}", "--allowed-ips="], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.session = ""
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
            f"--user-data-dir={self.profile.name}", f"--window-size={WIDE},900",
        ]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
                return
            except (urllib.error.URLError, ConnectionError) as error:
                if time.monotonic() > until or self.process.poll() is not None:
                    self.close()
                    raise SystemExit(f"no browser: {error}") from error
                time.sleep(0.1)

    def ask(self, method, path, body=None):
        path = f"/session/{self.session}{path}" if self.session else path
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        # Not by a proxy: the driver listens on the loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **params):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def log(self, kind):
        return self.ask("POST", "/se/log", {"type": kind})

    def show(self, width, scheme):
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width == PHONE
        )
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return innerWidth")
        shot = self.devtools(
            "Page.captureScreenshot", captureBeyondViewport=True, clip=dict(x=0, y=0, width=width, height=height, scale=1)
        )
        path.write_bytes(base64.b64decode(shot["data"]))

    def key(self, name):
        keys = {"Tab": 9, "Escape": 27, "Enter": 13}
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if name == "Enter" and kind == "keyDown" else {}
            self.devtools("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=keys[name], **text)

    def point(self, selector, press=False):
        """Moves the mouse to the middle of the first such element that is shown."""
        x, y = self.run(
            "const it = [...document.querySelectorAll(arguments[0])].find((it) => it.getBoundingClientRect().width);"
            "it.scrollIntoView({block: 'center', behavior: 'instant'});"
            # Two frames later the page has been told that it was scrolled.
            "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {"
            "  const r = it.getBoundingClientRect(); done([r.x + r.width / 2, r.y + r.height / 2]); })))",
            selector,
        )
        self.devtools("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased") if press else ():
            self.devtools("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self):
        if self.session:
            try:
                self.ask("DELETE", "")
            except (urllib.error.URLError, ConnectionError):
                pass
        self.process.terminate()
        self.process.wait(10)
        self.profile.cleanup()


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, holds, seen=""):
        self.passed += bool(holds)
        self.failed += not holds
        print(f"{'ok    ' if holds else 'FAILED'} {what}" + (f": {seen}" if seen and not holds else ""))


def check_layout(browser, checks, out):
    for width in (WIDE, PHONE):
        for scheme in ("light", "dark"):
            browser.show(width, scheme)
            # On a phone a page that is too wide widens the window, too.
            scroll = browser.run("return Math.max(document.scrollingElement.scrollWidth, innerWidth)")
            name = f"{'wide' if width == WIDE else 'phone'}-{scheme}"
            checks.check(f"{name}: no sideways scroll", scroll <= width, f"{scroll} > {width}")
            paper, ink = browser.run("const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]")
            light = sum(map(int, paper[4:-1].split(","))) > sum(map(int, ink[4:-1].split(",")))
            checks.check(f"{name}: colours follow the system", light == (scheme == "light"), f"{ink} on {paper}")
            small = browser.run(
                "return [...document.querySelectorAll('svg text')].filter((it) => it.getBoundingClientRect().width)"
                ".map((it) => parseFloat(getComputedStyle(it).fontSize) * it.getScreenCTM().a)"
                ".reduce((a, b) => Math.min(a, b), 99)"
            )
            checks.check(f"{name}: letters in charts are readable", small >= 8.0, f"{small:.1f} px")
            browser.screenshot(out / f"{name}.png")
    browser.show(WIDE, "light")


def check_axe(browser, checks, axe, what):
    for scheme in ("light", "dark"):
        browser.show(WIDE, scheme)
        browser.run(axe.read_text() + "; window.axe = axe")
        found = browser.run(
            "return axe.run(document, { iframes: false }).then((it) => it.violations.map((v) => `${v.id}: ${v.nodes[0].html}`))"
        )
        checks.check(f"{what}, {scheme}: axe-core finds nothing", not found, "; ".join(found)[:600])
    browser.show(WIDE, "light")


def check_theme(browser, checks):
    background = "return getComputedStyle(document.body).backgroundColor"
    before = browser.run(background)
    browser.point("#theme", press=True)
    after = browser.run(background)
    browser.point("#theme", press=True)
    checks.check("the button turns dark and back", before != after and browser.run(background) == before, f"{before} {after}")


def check_sorting(browser, checks):
    order = (
        "const t = document.querySelector('.sort[data-col]:not([data-col=\"0\"])').closest('table');"
        "return [...t.tBodies[0].rows].map((it) => [it.className, it.cells[0].textContent])"
    )
    head = ".sort[data-col]:not([data-col=\"0\"])"
    state = f"return document.querySelector('{head}').closest('th').getAttribute('aria-sort')"
    before = browser.run(order)
    browser.point(head, press=True)
    first, state_first = browser.run(order), browser.run(state)
    browser.run(f"document.querySelector('{head}').focus()")
    browser.key("Enter")
    second, state_second = browser.run(order), browser.run(state)
    bodies = [[it[1] for it in rows if it[0] == "r-body"] for rows in (before, first, second)]
    checks.check("a click sorts", sorted(bodies[0]) == sorted(bodies[1]) and state_first in ("ascending", "descending"), state_first)
    checks.check("the keyboard turns the order round", bodies[1] != bodies[2] and state_second != state_first, state_second)
    last = [it[0] for it in second]
    fixed = [it for it in last if it != "r-body"]
    checks.check("totals and rests stay last", last[len(last) - len(fixed):] == fixed, last)


def check_facts(browser, checks):
    shown = "const b = document.getElementById('fact'); return b.hidden ? '' : b.textContent"
    for selector, what in ((".fig", "a figure"), (".mark", "a mark")):
        wanted = browser.run(f"return document.querySelector('{selector}')?.dataset.facts.split('\\n')[0] || ''")
        if not wanted:
            continue
        browser.point(selector, press=True)
        checks.check(f"{what} shows its fact when clicked", wanted in browser.run(shown), wanted)
        browser.key("Escape")
        checks.check(f"{what}'s fact is closed by Escape", browser.run(shown) == "")
        browser.run(f"document.activeElement.blur(); document.querySelector('{selector}').focus()")
        checks.check(f"{what} shows its fact when focused", wanted in browser.run(shown), wanted)
        inside = browser.run(
            "const r = document.getElementById('fact').getBoundingClientRect();"
            "return r.left >= 0 && r.right <= document.documentElement.clientWidth + 0.5"
        )
        checks.check(f"{what}'s fact is inside the page", inside)
        # By keyboard into the box, to where the figure comes from, and back.
        browser.key("Enter")
        focused = "return document.activeElement.closest('#fact summary') !== null"
        checks.check(f"Enter on {what} leads into its fact", browser.run(focused))
        browser.key("Enter")
        origin = browser.run("const d = document.querySelector('#fact details'); return d && d.open ? d.innerText : ''")
        hashes = re.findall(r"\b[0-9a-f]{64}\b", origin)
        checks.check(f"{what}'s origin names files and hashes", f"bellwether why {wanted}" in origin and hashes, origin)
        for _ in range(browser.run("return document.querySelectorAll('#fact summary, #fact button').length")):
            browser.key("Tab")
        back = browser.run(f"return document.activeElement === document.querySelector('{selector}')")
        checks.check(f"Tab leads back to {what}", back)
        browser.key("Enter")
        browser.key("Escape")
        back = browser.run(f"return document.activeElement === document.querySelector('{selector}')")
        checks.check(f"Escape leads back to {what}", back and browser.run(shown) == "")


def check_tips(browser, checks):
    if browser.run("return document.querySelectorAll('svg .tip').length"):
        browser.point("svg .tip")
        said = browser.run("const t = document.getElementById('tip'); return t.hidden ? '' : t.textContent")
        checks.check("a mark of a chart says what it is", said != "")


def check_access(browser, checks):
    wrong = browser.run(
        "const wrong = [];"
        "if (!document.documentElement.lang) wrong.push('no language');"
        "if (!document.querySelector('main')) wrong.push('no main');"
        "if (!document.querySelector('.skip[href=\"#memo\"]')) wrong.push('no skip link');"
        "for (const it of document.querySelectorAll('table')) {"
        "  if (!it.caption?.textContent) wrong.push('a table without a caption');"
        "  if (it.querySelector('thead th:not([scope=col]), tbody th:not([scope=row])')) wrong.push('a head without a scope');"
        "}"
        "for (const it of document.querySelectorAll('svg')) {"
        "  const ids = (it.getAttribute('aria-labelledby') || '').split(' ');"
        "  if (it.getAttribute('role') !== 'img' || !ids.every((id) => document.getElementById(id))) wrong.push('a chart without words');"
        "}"
        "for (const it of document.querySelectorAll('button')) if (!(it.textContent.trim() || it.getAttribute('aria-label'))) wrong.push('a button without words: ' + it.outerHTML.slice(0, 120));"
        "return [...new Set(wrong)]"
    )
    checks.check("language, landmarks, captions, scopes and alternatives", not wrong, wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("memo", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--driver", default="chromedriver")
    parser.add_argument("--axe", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    try:
        browser = Browser(arguments.driver)
    except FileNotFoundError:
        print(f"no `{arguments.driver}`: the browser checks were not made", file=sys.stderr)
        return 2
    try:
        # What the empty page loaded is no concern of the memo.
        browser.log("performance")
        browser.ask("POST", "/url", {"url": arguments.memo.resolve().as_uri()})
        browser.run("return document.fonts.ready.then(() => true)")
        loaded = browser.run("return [...document.fonts].filter((it) => it.status === 'loaded').map((it) => it.family)")
        checks.check("the fonts inside are used", any("Bellwether" in it for it in loaded), loaded)
        check_access(browser, checks)
        check_layout(browser, checks, arguments.out)
        check_theme(browser, checks)
        check_sorting(browser, checks)
        check_facts(browser, checks)
        check_tips(browser, checks)
        if arguments.axe:
            check_axe(browser, checks, arguments.axe, "the memo")
        dialog = browser.run("return typeof window.alerted")
        checks.check("no name became script", dialog == "undefined", dialog)
        console = [it["message"] for it in browser.log("browser") if it["level"] in ("SEVERE", "WARNING")]
        checks.check("the console is silent", not console, console[:3])
        events = [json.loads(it["message"])["message"] for it in browser.log("performance")]
        sent = [it["params"] for it in events if it["method"] == "Network.requestWillBeSent"]
        asked = {it["request"]["url"] for it in sent if it["documentURL"].startswith("file:")}
        strange = [it for it in asked if not it.startswith(("file:", "data:"))]
        checks.check("no request leaves the page", not strange, strange)
    finally:
        browser.close()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
