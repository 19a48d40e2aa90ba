"""The sets of judged questions, and the program they are put to. What the scripts of this folder share."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Set:
    """Scenes, and questions about them with the scenes that answer."""

    folder: Path
    scenes: str = "scenes.json"
    queries: str = "queries.jsonl"
    # Whether a question is asked within its channel only.
    per_channel: bool = False
    # The set this one is a variant of: the same questions, put or stored in another way.
    of: str | None = None


def _data(name, **others):
    return Set(SHARED / "data" / name, **others)


# The three sets that weights are chosen on.
SETS = {
    "crd3": _data("crd3"),
    "fairytaleqa": _data("fairytaleqa"),
    "locomo": _data("locomo", per_channel=True),
}

VARIANTS = {
    "typo-one": _data("fairytaleqa", queries="queries-typo-one.jsonl", of="fairytaleqa"),
    "typo-all": _data("fairytaleqa", queries="queries-typo-all.jsonl", of="fairytaleqa"),
    "fields": _data("locomo", scenes="scenes-fields.json", per_channel=True, of="locomo"),
    "english": _data("languages/english"),
    "german": _data("languages/german"),
    "russian": _data("languages/russian"),
    "japanese": _data("languages/japanese"),
    "korean": _data("languages/korean"),
}

ALL = SETS | VARIANTS


def program(built):
    """The program `built`, or where that is None one built here."""
    if built:
        return built.resolve()
    build = ["cargo", "build", "--quiet", "--release", "--bin", "naragtive"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target).resolve() / "release/naragtive"


def commit():
    """The commit that a row is about."""
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    changed = git("status", "--porcelain", "--untracked-files=no").strip()
    return git("rev-parse", "--short=10", "HEAD").strip() + (" with changes" if changed else "")
