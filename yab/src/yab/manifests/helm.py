"""Helm in this process (helm_python). The one place that knows the library and its pitfalls.

- Rendering changes a loaded chart, so every render loads it anew.
- The public `render` follows the SDK's Kubernetes version; the private call pins ours.
- Rendering ignores a chart's `kubeVersion`: `accepts` compares it as Helm does when it installs.
- Importing it costs 60 ms and its Go runtime memory: it is imported when something renders.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import helm_python

KUBERNETES = "1.37.0"
_SCHEMA_LINE = re.compile(r"^- at '(?P<path>[^']*)': (?P<what>.+)$", re.MULTILINE)
_EXTRA = re.compile(r"additional propert(?:y|ies) (?P<keys>'.+') not allowed")
_FAIL = re.compile(r"(?:error calling fail|execution error at \([^)]*\)): (?P<what>.+)$", re.DOTALL)
_PLACE = re.compile(
    r"^(?:(?:execution|parse) error at \(|template: )?(?P<place>[\w./-]+:\d+)(?::\d+)?\)?", re.MULTILINE
)
_CHAIN = re.compile(r"^(?:parse error at \(\S+\): |template: (?=no template)|.*: error calling \w+: )")
_PROBE = "{{ semverCompare .Values.constraint .Capabilities.KubeVersion.Version }}"


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

    try:
        with helm_python.Chart.load(str(chart)) as loaded:
            return _render(loaded, name, namespace, values)
    except helm_python.HelmError as error:
        raise _explain(str(error)) from error


@lru_cache
def accepts(constraint: str) -> bool:
    """Whether a `kubeVersion` allows the Kubernetes we render for. ValueError for what is no constraint."""
    import helm_python

    try:
        with helm_python.Chart.load_archive(_probe()) as probe:
            return "true" in _render(probe, "probe", "default", {"constraint": constraint}).values()
    except helm_python.HelmError:
        raise ValueError(constraint) from None


def _render(chart: helm_python.Chart, name: str, namespace: str, values: Mapping[str, Any]) -> dict[str, str]:
    from helm_python import _native

    options = {"name": name, "namespace": namespace, "is_install": True, "kube_version": KUBERNETES}
    found = _native.call_string("helm_render", chart._raw(), json.dumps(values), json.dumps(options))
    rendered: dict[str, str] = json.loads(found)
    return rendered


def _probe() -> bytes:
    """A packed chart that compares versions: only Helm's templates reach Helm's own comparison."""
    import tarfile

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in (("Chart.yaml", "apiVersion: v2\nname: probe\nversion: 0.0.0\n"), ("templates/x", _PROBE)):
            entry = tarfile.TarInfo(f"probe/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


def _explain(message: str) -> RenderFailedError:
    findings = [
        finding for match in _SCHEMA_LINE.finditer(message) for finding in _findings(match["path"], match["what"])
    ]
    # Helm tells the whole chain of includes: the last place and the last part say it.
    places = [match["place"] for match in _PLACE.finditer(message)]
    failed = _FAIL.search(message)
    text = failed["what"] if failed else _CHAIN.sub("", message.strip().splitlines()[-1].strip())
    return RenderFailedError(findings, " ".join(text.split()), places[-1] if places else "")


def _findings(path: str, what: str) -> list[SchemaFinding]:
    parts = tuple(part for part in path.split("/") if part)
    if match := _EXTRA.search(what):
        keys = re.findall(r"'([^']+)'", match["keys"])
        return [SchemaFinding((*parts, key), "unknown key") for key in keys]
    return [SchemaFinding(parts, what)]
