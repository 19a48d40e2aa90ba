"""What the benchmarks share: measured quantities, what the machine is, and the archive of a run."""

import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def output(*words):
    return subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Measured:
    """One quantity over all rounds."""

    def __init__(self, name, unit, values):
        self.name, self.unit, self.values = name, unit, [round(value, 4) for value in values]

    def row(self):
        low, high, middle = min(self.values), max(self.values), statistics.median(self.values)
        cells = [self.name, f"{number(middle)} {self.unit}", f"{number(low)} to {number(high)}", str(len(self.values))]
        return f"| {' | '.join(cells)} |"

    def as_json(self):
        middle = statistics.median(self.values)
        return {"name": self.name, "unit": self.unit, "median": middle, "rounds": self.values}


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def processor():
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine(), []
    name = re.search(r"model name\s*:\s*(.+)", text)
    flags = re.search(r"(?:flags|Features)\s*:\s*(.+)", text)
    sets = ["avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8", "asimd"]
    found = [flag for flag in sets if flags and flag in flags.group(1).split()]
    return name.group(1) if name else platform.machine(), found


def machine():
    name, sets = processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": name,
        "instruction sets": ", ".join(sets) or "none looked for",
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
    }


def slug(found):
    words = re.sub(r"\(.*?\)|processor|cpu|@.*", " ", found["processor"], flags=re.IGNORECASE)
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()) + [f"{found['cores']}-cores"])


def commit():
    changed = output("git", "status", "--porcelain", "--untracked-files=no")
    return output("git", "rev-parse", "HEAD") + (" with changes" if changed else "")


def command_line(name):
    """As typed, without the folders of this machine."""
    words = [str(Path(word).name) if os.path.isabs(word) else word for word in sys.argv[1:]]
    return shlex.join([name, *words])


def write_archive(folder, about, measured, tables=()):
    """The medians, and what else there is to read, in README.md; every round in results.json."""
    folder.mkdir(parents=True, exist_ok=True)
    results = {**about, "measured": [one.as_json() for one in measured]}
    (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    lines = [f"# {about['date']}", ""]
    for table in tables:
        lines += [*table, ""]
    lines += ["| what | median | range | rounds |", "|---|---|---|---|"]
    lines += [one.row() for one in measured]
    lines += ["", "| | |", "|---|---|", f"| command | `{about['command']}` |", f"| commit | {about['commit']} |"]
    lines += [f"| {key} | {value} |" for part in ("machine", "versions") for key, value in about[part].items()]
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
