"""The product's charts rendered as `yab` renders them, and views of the objects that tests ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yab.manifests import Manifest, Release, render
from yab.project import Project, load

ROOT = Path(__file__).parents[2]
PROJECT: Project = load(ROOT)
ENVIRONMENTS = sorted(PROJECT.environments)
CHARTS = sorted(PROJECT.components)
ROUTED = ("api", "web", "admin")
SCALED = ("api", "worker", "web", "admin")
Object = Mapping[str, Any]


@cache
def environment(name: str) -> tuple[Release, ...]:
    """All releases of an environment."""
    return tuple(render(PROJECT, name))


def release(component: str, values: Mapping[str, Any] | None = None, env: str = "local") -> Release:
    """One release, with values laid over its overlay's."""
    [found] = render(PROJECT, env, [component], {component: values or {}})
    return found


def everything(found: Release) -> list[Manifest]:
    """A release's objects and hooks."""
    return [*found.manifests, *(hook.manifest for hook in found.hooks)]


def of_kind(found: Release, kind: str) -> list[Object]:
    """The release's objects of a kind, as Kubernetes takes them."""
    return [manifest.raw for manifest in everything(found) if manifest.kind == kind]


def pod_templates(found: Release) -> Iterator[tuple[str, Object]]:
    """`Kind/name` and pod template of everything that makes pods."""
    for manifest in everything(found):
        if "template" in manifest.raw.get("spec", {}):
            yield f"{manifest.kind}/{manifest.name}", manifest.raw["spec"]["template"]


def workload(found: Release) -> Object:
    """The release's Deployment or StatefulSet."""
    [one] = [*of_kind(found, "Deployment"), *of_kind(found, "StatefulSet")]
    return one


def container(found: Release) -> Object:
    """The only container of the release's workload."""
    [one] = workload(found)["spec"]["template"]["spec"]["containers"]
    return dict(one)


def chart_values(chart: str) -> dict[str, Any]:
    """A chart's own values."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "charts" / chart / "values.yaml").read_text())
    return loaded
