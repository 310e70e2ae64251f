"""The JSON Schema of `yab.toml`, for editors: `python -m yab.project.schema > docs/yab.schema.json`."""

from __future__ import annotations

import json
import sys

import msgspec

from yab.project.tables import ProjectTable


def schema() -> str:
    """The schema as JSON text."""
    found = msgspec.json.schema(ProjectTable)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "yab.toml"}
    return json.dumps(head | found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
