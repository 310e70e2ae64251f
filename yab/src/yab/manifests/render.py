"""Renders an environment's components, in process, as Helm would install them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yab.errors import ConfigError, Problems
from yab.manifests import charts, helm, text, values
from yab.manifests.objects import HOOK, Hook, Manifest, Release
from yab.project import Component, Project


def render(
    project: Project,
    environment: str,
    components: Iterable[str] | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Release]:
    """The releases of an environment in the order of their needs.

    `components` limits them; `overrides` (component → values) lie over the overlay's values. Raises
    ConfigError that names the file and the key, or the template and its own words.
    """
    if environment not in project.environments:
        known = ", ".join(project.environments)
        raise ConfigError(f"environment {environment}", "is not in yab.toml", f"use one of: {known}")
    wanted = set(components) if components is not None else None
    return [
        _release(project, environment, component, (overrides or {}).get(component.name, {}))
        for component in project.components_of(environment)
        if wanted is None or component.name in wanted
    ]


def _release(project: Project, environment: str, component: Component, override: Mapping[str, Any]) -> Release:
    root, name = project.root, project.release(component.name)
    namespace = project.environments[environment].namespace(component.namespace)
    file = values.overlay_file(root, environment, component.name)
    overlay = values.merge(values.read(file, root), override)
    chart = charts.assembled(root / component.chart, root / ".yab" / "charts")
    _check_version(root / component.chart)
    try:
        found = _objects(chart, name, namespace, json.dumps(overlay, sort_keys=True))
    except helm.RenderFailedError as error:
        raise _named(error, root, component, overlay, str(file.relative_to(root))) from error
    plain = sorted((each for each in found if HOOK not in each.annotations), key=lambda each: each.order)
    hooks = sorted((_hook(each) for each in found if HOOK in each.annotations), key=lambda hook: hook.order)
    return Release(component.name, name, namespace, tuple(plain), tuple(hooks))


def _check_version(chart: Path) -> None:
    constraint, where = charts.kube_version(chart), f"{chart}/{charts.CHART}: kubeVersion"
    try:
        if constraint and not helm.accepts(constraint):
            todo = f"yab renders for Kubernetes {helm.KUBERNETES}: widen it, or take another version of the chart"
            raise ConfigError(where, f"{constraint} leaves out {helm.KUBERNETES}", todo)
    except ValueError:
        raise ConfigError(where, f"{constraint} is not a range of versions", "write it like >=1.30.0-0") from None


@lru_cache(maxsize=256)
def _objects(chart: Path, name: str, namespace: str, overlay: str) -> tuple[Manifest, ...]:
    """All that a chart renders to. The chart's path names its contents, so the same call never changes."""
    rendered = helm.render(chart, name, namespace, json.loads(overlay))
    return tuple(manifest for path, content in sorted(rendered.items()) for manifest in _manifests(path, content))


def _manifests(template: str, content: str) -> list[Manifest]:
    if Path(template).name == "NOTES.txt" or not content.strip():
        return []
    try:
        documents = text.load_all(content)
    except yaml.YAMLError as error:
        what = f"renders to invalid YAML: {' '.join(str(error).split())}"
        raise helm.RenderFailedError([], what, template) from None
    return [Manifest(raw, template) for document in documents for raw in _listed(document, template)]


def _listed(document: Any, template: str) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever a template writes
    """The objects of a document: itself, or the items of a List."""
    named = isinstance(document, dict) and document.get("apiVersion") and document.get("kind")
    if named and document["kind"] == "List":
        return [raw for item in document.get("items") or [] for raw in _listed(item, template)]
    metadata = document.get("metadata") if named else None
    if isinstance(metadata, dict) and (metadata.get("name") or metadata.get("generateName")):
        return [document]
    what = "renders to something without apiVersion, kind and metadata.name"
    raise helm.RenderFailedError([], what, template)


def _hook(manifest: Manifest) -> Hook:
    try:
        return Hook.of(manifest)
    except ValueError:
        where = f"{manifest.template}: {manifest.kind} {manifest.name}: {HOOK}-weight"
        raise ConfigError(where, "is not a whole number", 'write it like "-5"') from None


def _named(
    error: helm.RenderFailedError, root: Path, component: Component, overlay: Mapping[str, Any], file: str
) -> ConfigError | Problems:
    """The error at the file in which the user wrote the value, or at the template that refused it."""
    own = f"{component.chart}/values.yaml"
    found = [
        ConfigError(
            f"{file if values.has(overlay, finding.path) else own}: {'.'.join(finding.path)}",
            finding.what,
            f"see {component.chart}/values.schema.json",
        )
        for finding in error.findings
    ]
    if len(found) > 1:
        return Problems(found)
    if found:
        return found[0]
    place = charts.source(root / component.chart, error.place) if error.place else root / component.chart
    return ConfigError(os.path.relpath(place, root), error.message, f"mend the template, or the values in {file}")
