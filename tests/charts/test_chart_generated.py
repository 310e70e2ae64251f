"""READMEs and schemas agree with what they are generated from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from chart_rendering import CHARTS, ROOT, chart_values

GENERATE = [sys.executable, str(ROOT / "charts" / "generate.py")]
SECTIONS = ("Quick start", "Scaling", "Probes", "Troubleshooting", "Values")


def test_nothing_is_out_of_date() -> None:
    done = subprocess.run([*GENERATE, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_changed_comment_is_found_and_mended(tmp_path: Path) -> None:
    copy = tmp_path / "charts"
    subprocess.run(["cp", "-R", str(ROOT / "charts"), str(copy)], check=True)
    values = copy / "api" / "values.yaml"
    values.write_text(values.read_text().replace("# How many pods, while", "# The number of pods while"))
    generate = [sys.executable, str(copy / "generate.py")]

    found = subprocess.run([*generate, "--check"], capture_output=True, text=True)
    assert (found.returncode, found.stdout.splitlines()[0]) == (1, "charts/api/README.md is not up to date")
    subprocess.run(generate, check=True, capture_output=True)
    assert "The number of pods while" in (copy / "api" / "README.md").read_text()
    assert subprocess.run([*generate, "--check"], capture_output=True).returncode == 0


def test_every_value_is_in_the_readme(chart: str) -> None:
    text = (ROOT / "charts" / chart / "README.md").read_text()
    documented = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    assert {path for path in leaves(chart_values(chart)) if not covered(path, documented)} == set()


def test_a_readme_says_what_a_newcomer_asks(chart: str) -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "charts" / chart / "README.md").read_text(), re.MULTILINE)
    assert [name for name in SECTIONS if name not in headings] == []


def test_the_examples_of_a_readme_are_values_that_the_schema_knows(chart: str) -> None:
    known = json.loads((ROOT / "charts" / chart / "values.schema.json").read_text())["properties"]
    for example in re.findall(r"```yaml\n(.+?)```", (ROOT / "charts" / chart / "README.md").read_text(), re.DOTALL):
        assert yaml.safe_load(example).keys() <= known.keys()


def test_every_object_of_a_schema_is_closed_or_says_what_it_takes(chart: str) -> None:
    schema = json.loads((ROOT / "charts" / chart / "values.schema.json").read_text())
    opened = [path for path, node in objects(schema) if "additionalProperties" not in node]
    # Helm's own key, which it hands on to every chart.
    assert opened == ["properties.global", "properties.common.properties.global"]


def test_no_definition_is_unused() -> None:
    shared = json.loads((ROOT / "charts" / "common" / "definitions.json").read_text())
    used: set[str] = set()
    for chart in CHARTS:
        used |= json.loads((ROOT / "charts" / chart / "values.schema.json").read_text())["definitions"].keys()
    assert used == shared.keys()


def leaves(values: dict[str, Any], above: str = "") -> list[str]:
    return [
        path
        for key, value in values.items()
        for path in (leaves(value, f"{above}{key}.") if isinstance(value, dict) and value else [above + key])
    ]


def covered(path: str, documented: set[str]) -> bool:
    parts = path.split(".")
    return any(".".join(parts[:length]) in documented for length in range(1, len(parts) + 1))


def objects(node: Any, above: str = "") -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(node, dict):
        return []
    own = [(above.rstrip("."), node)] if node.get("type") == "object" and above else []
    return own + [each for key, value in node.items() for each in objects(value, f"{above}{key}.")]
