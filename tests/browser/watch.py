#!/usr/bin/env python3
"""Writes a memo as its author does, with `bellwether watch` and a browser beside (needs chromium and chromedriver).

usage: watch.py PROGRAM AXE_MIN_JS SCREENSHOT_DIR [--driver PATH] [--repeat N]

A project is laid out by `init`; template, spec and data are changed, and what the page shows is looked at: what it
says, how soon, and whether axe-core finds a violation. Each check prints a line; times are printed, and no check: a
machine may be busy. Exit code 1 where a check failed.
"""
import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from browser import Browser, Checks, check_axe  # noqa: E402

# A page that has not changed by then will not.
PATIENCE = 120
IN_FRAME = "const d = document.getElementById('memo').contentDocument;"


class Author:
    """The page, and the files that it follows from."""

    def __init__(self, browser, project):
        self.browser = browser
        self.project = project
        self.spec = project / "specs/shift.yaml"

    def version(self):
        return int(self.browser.run("return document.getElementById('status').dataset.version || 0"))

    def says(self):
        return self.browser.run("return document.getElementById('status').textContent")

    def wait(self, than):
        """Waits for a version after `than`, shown whole, and returns the milliseconds that it took."""
        begun = time.perf_counter()
        while self.version() <= than:
            if time.perf_counter() - begun > PATIENCE:
                raise SystemExit(f"the page does not change: {self.says()}")
            time.sleep(0.003)
        return (time.perf_counter() - begun) * 1000

    def change(self, path, text):
        """Writes a file and returns the milliseconds until the page shows what came of it."""
        before = self.version()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return self.wait(before)


def check_templates(author, checks, repeat):
    style = author.project / "specs/templates/style.html"
    kept = style.read_text()
    took = []
    for n in range(repeat):
        took.append(author.change(style, kept.replace("</style>", f".kicker{{letter-spacing:{n + 1}px}}\n</style>")))
    shown = author.browser.run(IN_FRAME + "return [...d.querySelectorAll('style')].some((it) => it.textContent.includes('letter-spacing'))")
    checks.check("a template edit is on the page", shown)
    checks.check("no fact is computed for it", author.says().startswith("templates laid out anew"), author.says())
    median = statistics.median(took)
    print(f"template edit, file to page: median {median:.0f} ms, most {max(took):.0f} ms of {repeat}")
    author.change(style, "<p>\n{{ memo.titel }}")
    text = author.browser.run("return document.getElementById('wrong').innerText")
    checks.check("a broken template is told with its line and the name", "style.html`, line 2" in text and "memo.titel" in text, text)
    author.change(style, kept)


def check_spec(author, checks, axe, out):
    browser, kept = author.browser, author.spec.read_text()
    took = author.change(author.spec, kept.replace("metrics: [spend_per_active, spend]", "metrics: [spend_per_active, spend], show: 4"))
    ran = author.says()
    print(f"edit of one analysis, file to page: {took:.0f} ms; {ran}")
    checks.check("only what depends on the edit is computed", "deviation" in ran and "quality" not in ran and "headline, deviation" not in ran, ran)
    author.change(author.spec, kept.replace("grain: month", "grian: month").replace("[spend, visits", "[spend, vists"))
    text = browser.run("return document.getElementById('wrong').innerText")
    checks.check("mistakes are on the page instead of the memo", "grian" in text and "did you mean" in text, text)
    checks.check("all of them", "vists" in text, text)
    checks.check("the memo is not", browser.run("return document.getElementById('memo').hidden"))
    check_axe(browser, checks, axe, "the page of mistakes")
    browser.screenshot(out / "watch-mistakes.png")
    reached = keys(browser)
    checks.check("the keyboard reaches each mistake", reached.count("PRE") >= 2, " ".join(reached))
    author.change(author.spec, kept)
    checks.check("the memo comes back", not browser.run("return document.getElementById('memo').hidden"))
    reached = keys(browser)
    checks.check("the keyboard reaches the links and the memo", reached.count("A") >= 2 and "IFRAME" in reached, " ".join(reached))


def keys(browser):
    """What the first strokes of the tabulator reach, from the page's beginning."""
    browser.run("const head = document.getElementById('spec'); head.tabIndex = -1; head.focus()")
    reached = []
    for _ in range(5):
        browser.key("Tab")
        reached.append(browser.run("return document.activeElement.tagName"))
    return reached


def check_data(author, checks):
    data = author.project / "specs/data/purchases.csv"
    lines = data.read_text().splitlines(keepends=True)
    figure = IN_FRAME + "return d.querySelector('.kpi .value, .kpi b, .kpi').innerText"
    before = author.browser.run(figure)
    took = author.change(data, "".join(lines[:-40]))
    checks.check("a change of the data changes the figures", author.browser.run(figure) != before, before)
    print(f"change of the data, file to page: {took:.0f} ms; {author.says()}")
    author.change(data, "".join(lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("axe", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--driver", default="chromedriver")
    parser.add_argument("--repeat", type=int, default=9)
    given = parser.parse_args()
    driver = shutil.which(given.driver)
    if driver is None:
        raise SystemExit(2)
    given.out.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder) / "memos"
        subprocess.run([given.program, "init", project], check=True, stdout=subprocess.DEVNULL)
        serving = subprocess.Popen(
            [given.program, "watch", project / "specs/shift.yaml", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        browser = None
        try:
            address = serving.stdout.readline().strip()
            browser = Browser(driver)
            browser.ask("POST", "/url", {"url": address})
            author = Author(browser, project)
            print(f"first memo: {author.wait(0):.0f} ms after the page was opened; {author.says()}")
            title = browser.run(IN_FRAME + "return d.title")
            checks.check("the memo is on the page", "Consumption shift: October 2026" in title, title)
            check_axe(browser, checks, given.axe, "the page of the memo")
            browser.screenshot(given.out / "watch.png")
            check_templates(author, checks, given.repeat)
            check_spec(author, checks, given.axe, given.out)
            check_data(author, checks)
        finally:
            if browser:
                browser.close()
            serving.terminate()
            serving.wait(10)
    print(f"{checks.passed} passed, {checks.failed} failed")
    raise SystemExit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
