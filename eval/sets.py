"""The sets of judged questions, and the program they are put to. What eval/run and eval/overlap share."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHARED = ROOT.parent / "shared"

# What each set is made of, and how it is asked.
SETS = {
    "crd3": [],
    "fairytaleqa": [],
    "locomo": ["--per-channel"],
}


def program(built):
    """The program `built`, or where that is None one built here."""
    if built:
        return built.resolve()
    build = ["cargo", "build", "--quiet", "--release", "--bin", "naragtive"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target).resolve() / "release/naragtive"
