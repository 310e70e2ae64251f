"""The charts without yab: dependencies built as `helm dependency build` does, lint, the value sets in `ci/`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import pytest
import yaml
from chart_rendering import CHARTS, ENVIRONMENTS, PROJECT, ROOT, everything, release

SETS = sorted((ROOT / "charts").glob("*/ci/*-values.yaml"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `charts/` after `helm dependency build` for each of them."""
    copy = tmp_path_factory.mktemp("plain") / "charts"
    shutil.copytree(ROOT / "charts", copy, ignore=shutil.ignore_patterns("Chart.lock", "*.tgz"))
    for chart in CHARTS:
        helm_python.dependency_update(str(copy / chart), skip_refresh=True)
    return copy


def rendered(chart: Path, values: dict[str, Any]) -> list[Any]:
    with helm_python.Chart.load(str(chart)) as loaded:
        files = loaded.render(values, name=PROJECT.release(chart.name), namespace="apps")
    texts = [text for name, text in files.items() if not name.endswith("NOTES.txt")]
    return [found for text in texts for found in yaml.safe_load_all(text) if found]


def by_name(objects: list[Any]) -> list[Any]:
    return sorted(objects, key=lambda each: (each["kind"], each["metadata"]["name"]))


def test_helm_copies_the_library_in(built: Path, chart: str) -> None:
    [library] = helm_python.dependency_list(str(built / chart))
    assert (library["name"], library["status"]) == ("common", "ok")


@pytest.mark.parametrize(
    ("component", "env"),
    [(each.name, env) for env in ENVIRONMENTS for each in PROJECT.components_of(env)],
)
def test_plain_helm_renders_the_objects_of_yab(built: Path, component: str, env: str) -> None:
    overlay = ROOT / "k8s" / "overlays" / env / "values" / f"{component}.yaml"
    plain = rendered(built / component, yaml.safe_load(overlay.read_text()))
    assert by_name(plain) == by_name([dict(each.raw) for each in everything(release(component, env=env))])


def test_lint_finds_nothing(built: Path, chart: str) -> None:
    found = helm_python.lint(str(built / chart), {"image": {"tag": "lint"}}, strict=True)
    # An icon is for catalogues.
    assert [each["error"] for each in found["messages"] if each["error"] != "icon is recommended"] == []


@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_value_set_renders_valid_objects(built: Path, path: Path) -> None:
    values = yaml.safe_load(path.read_text())
    objects = rendered(built / path.parts[-3], values)
    assert bool(objects) is values.get("enabled", True)
    for each in objects:
        if "gateway.networking.k8s.io" not in each["apiVersion"]:
            kubernetes_validate.validate(each, "1.37", strict=True)


def test_every_chart_has_value_sets(chart: str) -> None:
    assert [path.stem for path in SETS if path.parts[-3] == chart]


def test_the_notes_say_how_to_look_and_where_it_answers(built: Path) -> None:
    with helm_python.Chart.load(str(built / "web")) as loaded:
        values = {"image": {"tag": "x"}, "ingress": {"host": "app.example.dev", "tls": True}}
        notes = loaded.render(values, name="yab-web", namespace="apps")["web/templates/NOTES.txt"]
    assert "kubectl rollout status deployment/yab-web -n apps" in notes
    assert "https://app.example.dev/" in notes
