"""Adds rows to the tables of scores.md."""

from sets import HERE

SCORES = HERE / "scores.md"


def add(heading, rows):
    """Puts rows behind the last one of the table under this heading, and prints them."""
    lines = SCORES.read_text(encoding="utf-8").splitlines()
    at = lines.index(f"## {heading}") + 1
    while at < len(lines) and not lines[at].startswith("|"):
        at += 1
    while at < len(lines) and lines[at].startswith("|"):
        at += 1
    lines[at:at] = rows
    SCORES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*rows, sep="\n")
