"""What the Dockerfile says, without a container engine: its instructions, and the folder that its image would hold."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a Dockerfile, continued lines joined."""

    stage: int
    name: str
    words: str

    @property
    def form(self) -> list[str]:
        """The words of the exec form (a JSON list, after options); an empty list for the shell form."""
        start = self.words.find("[")
        return json.loads(self.words[start:]) if start >= 0 else []


def instructions(text: str) -> list[Instruction]:
    """All instructions in order; comments are left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[Instruction] = []
    stage = -1
    for line in filter(str.strip, joined.splitlines()):
        name, _, words = line.strip().partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, words.strip()))
    return found


def last_stage(found: list[Instruction]) -> list[Instruction]:
    """The instructions of the image itself."""
    return [one for one in found if one.stage == found[-1].stage]


def one(found: list[Instruction], name: str) -> Instruction:
    """The only instruction of a name in the image's stage."""
    (only,) = [item for item in last_stage(found) if item.name == name]
    return only


def variables(found: list[Instruction]) -> dict[str, str]:
    """What ENV sets in the image."""
    words = " ".join(item.words for item in last_stage(found) if item.name == "ENV")
    return dict(pair.partition("=")[::2] for pair in words.split())


def copied(found: list[Instruction]) -> list[tuple[str, str]]:
    """Source in the project's folder and target in the image, of every COPY that is not from another stage."""
    pairs = [
        item.words.split() for item in found if item.name == "COPY" and not item.words.startswith("--from")
    ]
    assert all(len(pair) == 2 for pair in pairs)
    return [(source, target) for source, target in pairs]


def lay_out(found: list[Instruction], folder: Path) -> Path:
    """Make the image's /app under a folder, as the COPY instructions say."""
    for source, target in copied(found):
        if target.startswith("/"):
            continue  # only needed while building
        wanted = folder / target / source if target == "./" else folder / target
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, wanted, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / source, wanted)
    return folder


def ignored(text: str, path: str) -> bool:
    """Whether a .dockerignore keeps a path out of the build; plain names, * and **/name only."""
    out = False
    for line in text.splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        keep, pattern = rule.startswith("!"), rule.lstrip("!")
        parts = path.split("/")
        fits = (
            pattern == "*"
            or path == pattern
            or path.startswith(f"{pattern}/")
            or (pattern.startswith("**/") and pattern[3:] in parts)
        )
        if fits:
            out = not keep
    return out
