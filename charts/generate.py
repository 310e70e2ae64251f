"""Writes what repeats itself in the charts: the table of values in each README, the shared part of each schema.

`python charts/generate.py` writes, `python charts/generate.py --check` only names the files that would change.
The sources are the comments of `values.yaml` and `charts/common/definitions.json`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHARTS = Path(__file__).parent
BEGIN, END = "<!-- values: generated from values.yaml -->", "<!-- end of values -->"


def application_charts() -> list[Path]:
    """The charts that can be installed: all but the library."""
    return sorted(path.parent for path in CHARTS.glob("*/values.yaml"))


def rows(text: str) -> Iterator[tuple[str, str, str]]:
    """(path, default as JSON, meaning) of every key of a values file that has a comment above it."""
    lines = text.splitlines()

    def below(node: yaml.MappingNode, path: str) -> Iterator[tuple[str, str, str]]:
        for key, value in node.value:
            name = f"{path}{key.value}"
            comment = _comment_above(lines, key.start_mark.line)
            inner = list(below(value, f"{name}.")) if isinstance(value, yaml.MappingNode) else []
            if comment:
                yield name, "" if inner else _default(value), comment
            yield from inner

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    yield from below(root, "")


def table(values: Path) -> str:
    """The table of values, between its markers."""
    head = ["| Key | Default | Meaning |", "|---|---|---|"]
    body = [f"| `{key}` | {default} | {meaning} |" for key, default, meaning in rows(values.read_text("utf-8"))]
    return "\n".join([BEGIN, *head, *body, END])


def readme(chart: Path) -> str:
    """The chart's README with its table as it must be. ValueError where the markers are missing."""
    text = (chart / "README.md").read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{chart.name}/README.md: has no lines {BEGIN} and {END}")
    return f"{before}{table(chart / 'values.yaml')}{after}"


def schema(chart: Path) -> str:
    """The chart's schema with every definition that it uses as it stands in the library."""
    shared = json.loads((CHARTS / "common" / "definitions.json").read_text("utf-8"))
    own = json.loads((chart / "values.schema.json").read_text("utf-8"))
    own.pop("definitions", None)
    used: dict[str, Any] = {}
    waiting = [own]
    while waiting:
        for name in sorted(_references(waiting.pop())):
            if name not in used:
                used[name] = shared[name]
                waiting.append(shared[name])
    return json.dumps({**own, "definitions": dict(sorted(used.items()))}, indent=2, ensure_ascii=False) + "\n"


def outdated() -> dict[Path, str]:
    """The generated files that differ from what they must be, with that text."""
    wanted = {chart / "README.md": readme(chart) for chart in application_charts()}
    wanted |= {chart / "values.schema.json": schema(chart) for chart in application_charts()}
    return {path: text for path, text in wanted.items() if path.read_text("utf-8") != text}


def _comment_above(lines: list[str], line: int) -> str:
    found: list[str] = []
    while line > 0 and (match := re.match(r"\s*# ?(.*)", lines[line - 1])):
        found.insert(0, match[1])
        line -= 1
    return " ".join(found)


def _default(node: yaml.Node) -> str:
    value = yaml.safe_load(yaml.serialize(node))
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {str(node["$ref"]).rpartition("/")[2]} if "$ref" in node else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


def main() -> int:
    """Writes the outdated files, or with `--check` only names them and fails."""
    found = outdated()
    check = "--check" in sys.argv[1:]
    for path, text in found.items():
        if not check:
            path.write_text(text, "utf-8")
        sys.stdout.write(f"{path.relative_to(CHARTS.parent)} {'is not up to date' if check else 'written'}\n")
    if found and check:
        sys.stdout.write("→ python charts/generate.py\n")
    return int(bool(found) and check)


if __name__ == "__main__":
    sys.exit(main())
