"""Renders an environment's components, in process, as Helm would install them."""

from __future__ import annotations

import json
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
    file = values.overlay_file(root, environment, component.name)
    overlay = values.merge(values.read(file, root), override)
    chart = charts.assembled(root / component.chart, root / ".yab" / "charts")
    try:
        found = _objects(chart, name, component.namespace, json.dumps(overlay, sort_keys=True))
    except helm.RenderFailedError as error:
        raise _named(error, component, overlay, str(file.relative_to(root))) from error
    plain = sorted((each for each in found if HOOK not in each.annotations), key=lambda each: each.order)
    hooks = sorted(
        (Hook.of(each) for each in found if HOOK in each.annotations),
        key=lambda hook: (hook.weight, hook.manifest.order),
    )
    return Release(component.name, name, component.namespace, tuple(plain), tuple(hooks))


@lru_cache(maxsize=256)
def _objects(chart: Path, name: str, namespace: str, overlay: str) -> tuple[Manifest, ...]:
    """All that a chart renders to. The chart's path names its contents, so the same call never changes."""
    rendered = helm.render(chart, name, namespace, json.loads(overlay))
    return tuple(manifest for path, content in sorted(rendered.items()) for manifest in _manifests(path, content))


def _manifests(template: str, content: str) -> list[Manifest]:
    if Path(template).name == "NOTES.txt" or not content.strip():
        return []
    try:
        return [Manifest(raw, template) for raw in text.load_all(content)]
    except yaml.YAMLError as error:
        what = f"renders to invalid YAML: {' '.join(str(error).split())}"
        raise ConfigError(template, what, "look at it: helm template --debug") from None


def _named(
    error: helm.RenderFailedError, component: Component, overlay: Mapping[str, Any], file: str
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
    where = f"{component.chart.parent}/{error.place}" if error.place else str(component.chart)
    return ConfigError(where, error.message, f"mend the template, or the values in {file}")
