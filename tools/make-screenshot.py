#!/usr/bin/env python3
"""Draws what the program prints, for the README: runs it in an empty home and writes an SVG.

    make-screenshot.py NARAGTIVE [OUT.svg]      default: docs/search.svg

NARAGTIVE is the built program. The model is fetched if it isn't on this machine; NARAGTIVE_MODEL_DIR is heeded.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = [
    ["ingest-neptune", "--export", "salt-and-lanterns.txt", "--register", "lanterns"],
    ["search", "the song her mother sang", "--limit", "1"],
    ["search", "who cheated at cards", "--limit", "1"],
]
COLUMNS = 100
CELL, LINE, MARGIN, BAR = 8.43, 19, 20, 34
STYLES = {"1": "b", "2": "d", "1;31": "r", "1;33": "y", "1;36": "c"}
CSS = """
text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}
.p{fill:#8fbf7f}.b{font-weight:bold;fill:#fff}.d{fill:#7b8494}
.r{fill:#e0707a}.y{fill:#e6c07b}.c{fill:#7fc8d0}
"""


def capture(program, home):
    """Every command as typed, and what it printed, in the order a terminal shows it."""
    environment = {**os.environ, "HOME": str(home), "NARAGTIVE_HOME": str(home / ".naragtive")}
    shutil.copy(ROOT / "crates/naragtive/sample/salt-and-lanterns.txt", home)
    subprocess.run([program, "model", "pull"], env=environment, check=True, stdout=subprocess.DEVNULL)
    for words in COMMANDS:
        typed = " ".join(f'"{word}"' if " " in word else word for word in ["naragtive", *words])
        run = subprocess.run(
            [program, *words, "--color", "always"],
            cwd=home, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        yield typed, run.stdout.replace(str(home), "~")


def wrapped(text):
    """(style, text) runs of each line, cut at the terminal's width."""
    for line in text.splitlines():
        runs, style, room = [], "", COLUMNS
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                style = STYLES.get(part[2:-1], "")
                continue
            while part:
                if room == 0:
                    yield runs
                    runs, room = [], COLUMNS
                runs.append((style, part[:room]))
                part, room = part[room:], room - len(part[:room])
        yield runs


def lines(program, home):
    for typed, printed in capture(program, home):
        yield [("p", "$ "), ("b", typed)]
        yield from wrapped(printed)
        yield []


def drawn(rows):
    width = round(COLUMNS * CELL + 2 * MARGIN)
    height = BAR + len(rows) * LINE + MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    yield f"<style>{CSS}</style>"
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#1f2430"/>'
    for at, colour in enumerate(["#e0707a", "#e6c07b", "#8fbf7f"]):
        yield f'<circle cx="{MARGIN + 18 * at}" cy="18" r="5.5" fill="{colour}"/>'
    for row, runs in enumerate(rows):
        spans, column = [], 0
        for style, text in runs:
            place = f'x="{MARGIN + column * CELL:.1f}" textLength="{len(text) * CELL:.1f}"'
            spans.append(f'<tspan {place} class="{style}">{escape(text)}</tspan>')
            column += len(text)
        if spans:
            yield f'<text xml:space="preserve" y="{BAR + 14 + row * LINE}">{"".join(spans)}</text>'
    yield "</svg>"


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    program = Path(arguments[0]).resolve()
    out = Path(arguments[1]) if len(arguments) == 2 else ROOT / "docs/search.svg"
    with tempfile.TemporaryDirectory() as home:
        rows = list(lines(program, Path(home).resolve()))[:-1]
    out.write_text("\n".join(drawn(rows)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
