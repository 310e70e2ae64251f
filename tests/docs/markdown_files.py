"""The repository's Markdown, as its tests read it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from running import ROOT

FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")


def documents() -> list[Path]:
    """Every Markdown file that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def without_code(text: str) -> str:
    """The text without fenced blocks and without `code`, where nothing is a link."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Where the text's links and pictures lead."""
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text))


def anchors(text: str) -> set[str]:
    """The fragments that the text's headings can be reached by, as GitHub makes them."""
    heads = re.findall(r"(?m)^#+ (.+)$", FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def commands(text: str) -> list[str]:
    """The lines of shell blocks, comments cut off."""
    blocks = [body for language, body in FENCE.findall(text) if language in ("sh", "bash", "console")]
    lines = [line.split(" #")[0].strip().removeprefix("$ ") for body in blocks for line in body.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
