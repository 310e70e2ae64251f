"""Helm in this process (helm_python). The one place that knows the library and its pitfalls.

- Rendering changes a loaded chart, so every render loads it anew.
- The public `render` follows the SDK's Kubernetes version; the private call pins ours.
- Importing it costs 60 ms and its Go runtime memory: it is imported when something renders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KUBERNETES = "1.37.0"
_SCHEMA_LINE = re.compile(r"^- at '(?P<path>[^']*)': (?P<what>.+)$", re.MULTILINE)
_EXTRA = re.compile(r"additional propert(?:y|ies) (?P<keys>'.+') not allowed")
_FAIL = re.compile(r"(?:error calling fail|execution error at \([^)]*\)): (?P<what>.+)$", re.DOTALL)
_TEMPLATE = re.compile(r"(?:execution error at|parse error at|template:) \(?(?P<place>[\w./-]+:\d+)")


@dataclass(frozen=True)
class SchemaFinding:
    """A value that the chart's schema refuses: its path (`a.b.c`) and what is wrong with it."""

    path: tuple[str, ...]
    what: str


class RenderFailedError(Exception):
    """Rendering failed: schema findings, or the template's own message and place."""

    def __init__(self, findings: list[SchemaFinding], message: str, place: str) -> None:
        super().__init__(message)
        self.findings = findings
        self.message = message
        self.place = place


def render(chart: Path, name: str, namespace: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Template path → text, for a first installation. Raises RenderFailedError."""
    import helm_python
    from helm_python import _native

    options = {"name": name, "namespace": namespace, "is_install": True, "kube_version": KUBERNETES}
    try:
        with helm_python.Chart.load(str(chart)) as loaded:
            found = _native.call_string("helm_render", loaded._raw(), json.dumps(values), json.dumps(options))
    except helm_python.HelmError as error:
        raise _explain(str(error)) from error
    rendered: dict[str, str] = json.loads(found)
    return rendered


def _explain(message: str) -> RenderFailedError:
    findings = [
        finding for match in _SCHEMA_LINE.finditer(message) for finding in _findings(match["path"], match["what"])
    ]
    place = _TEMPLATE.search(message)
    failed = _FAIL.search(message)
    # Helm wraps a template's own words in the whole call chain: the last part says it.
    text = failed["what"] if failed else message.strip().splitlines()[-1]
    return RenderFailedError(findings, text.strip(), place["place"] if place else "")


def _findings(path: str, what: str) -> list[SchemaFinding]:
    parts = tuple(part for part in path.split("/") if part)
    if match := _EXTRA.search(what):
        keys = re.findall(r"'([^']+)'", match["keys"])
        return [SchemaFinding((*parts, key), "unknown key") for key in keys]
    return [SchemaFinding(parts, what)]
