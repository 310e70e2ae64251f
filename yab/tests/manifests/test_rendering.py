"""Rendering in process, with the pitfalls of Helm's library handled."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from yab import manifests
from yab.errors import ConfigError, Problems, YabError
from yab.manifests import charts, values
from yab.manifests.text import load_all
from yab.project import Component, Environment, Project, load

ROOT = Path(__file__).parents[3]

LIBRARY = """{{- define "lib.labels" -}}
app: {{ .Chart.Name }}
{{- end }}
"""
TEMPLATE = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "lib.labels" . | nindent 4 }}
data:
  version: {{ .Capabilities.KubeVersion.Version }}
  color: {{ required "color: choose one" .Values.color }}
  date: {{ .Values.date | quote }}
  nested: {{ .Values.nested | toJson | quote }}
"""
HOOK = """{{- range $name, $weight := .Values.hooks }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $name }}
  annotations: {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": {{ $weight | quote }}}
{{- end }}
"""
ORDER = """apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
---
apiVersion: v1
kind: Service
metadata: {name: s}
---
apiVersion: example.com/v1
kind: Custom
metadata: {name: c}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: a, labels: {since: 2020-01-02}}
"""
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "color": {"type": "string"},
        "date": {"type": "string"},
        "count": {"type": "integer"},
        "nested": {"type": "object"},
        "hooks": {"type": "object"},
        "global": {},
        "lib": {},
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path / "charts/lib", {"Chart.yaml": "apiVersion: v2\nname: lib\ntype: library\nversion: 1.0.0\n"})
    write(tmp_path / "charts/lib", {"templates/_labels.tpl": LIBRARY})
    dependency = "dependencies: [{name: lib, version: 1.0.0, repository: file://../lib}]\n"
    write(
        tmp_path / "charts/app",
        {
            "Chart.yaml": f"apiVersion: v2\nname: app\nversion: 1.0.0\n{dependency}",
            "values.yaml": "color: blue\ndate: '2020-01-02'\nnested: {a: 1, b: {c: 2}}\nhooks: {}\n",
            "values.schema.json": json.dumps(SCHEMA),
            "templates/map.yaml": TEMPLATE,
            "templates/hook.yaml": HOOK,
            "templates/order.yaml": ORDER,
            "templates/NOTES.txt": "hello",
        },
    )
    environments = {name: Environment(name, "example.dev") for name in ("local", "staging")}
    component = Component("app", Path("charts/app"))
    return Project(tmp_path, "shop", "shop", environments, {"app": component})


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def overlay(project: Project, text: str, environment: str = "local") -> None:
    path = project.root / f"k8s/overlays/{environment}/values/app.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("latin-1"))


def data_of(project: Project, environment: str = "local") -> dict[str, str]:
    [release] = manifests.render(project, environment)
    found = next(each for each in release.manifests if each.kind == "ConfigMap")
    data: dict[str, str] = found.raw["data"]
    return data


def error_of(project: Project) -> YabError:
    with pytest.raises(YabError) as raised:
        manifests.render(project, "local")
    return raised.value


def test_a_library_by_file_url_is_found_without_writing_into_the_chart(project: Project) -> None:
    before = sorted(project.root.glob("charts/**/*"))
    [release] = manifests.render(project, "local")
    assert (release.component, release.name, release.namespace) == ("app", "shop-app", "apps")
    found = next(each for each in release.manifests if each.kind == "ConfigMap")
    assert (found.name, found.namespace, found.labels) == ("shop-app", "apps", {"app": "app"})
    assert found.template == "app/templates/map.yaml"
    assert sorted(project.root.glob("charts/**/*")) == before


def test_a_change_of_the_library_is_seen(project: Project) -> None:
    manifests.render(project, "local")
    write(project.root / "charts/lib", {"templates/_labels.tpl": LIBRARY.replace("app:", "changed:")})
    [release] = manifests.render(project, "local")
    assert "changed: app" in manifests.to_yaml([release])


def test_rendering_twice_gives_the_same_bytes(project: Project) -> None:
    overlay(project, "nested: {z: 1, y: 2}\nhooks: {b: 1, a: 1}\n")
    assert len({manifests.to_yaml(manifests.render(project, "local")) for _ in range(3)}) == 1


def test_the_kubernetes_version_is_pinned_and_dates_stay_text(project: Project) -> None:
    data = data_of(project)
    assert data["version"] == "v1.37.0"
    assert data["date"] == "2020-01-02"
    assert "since: '2020-01-02'" in manifests.to_yaml(manifests.render(project, "local"))


def test_objects_come_in_the_order_in_which_helm_installs(project: Project) -> None:
    [release] = manifests.render(project, "local")
    kinds = [each.kind for each in release.manifests]
    assert kinds == ["ServiceAccount", "ConfigMap", "Service", "Deployment", "Custom"]


def test_hooks_are_apart_by_weight_and_name(project: Project) -> None:
    overlay(project, "hooks: {late: 5, first: -10, b: 0, a: 0}\n")
    [release] = manifests.render(project, "local")
    assert [(hook.manifest.name, hook.weight) for hook in release.hooks] == [
        ("first", -10),
        ("a", 0),
        ("b", 0),
        ("late", 5),
    ]
    assert release.hooks[0].events == ("pre-install", "pre-upgrade")


def test_of_hooks_of_one_weight_the_name_decides_before_the_kind(project: Project) -> None:
    hook = '{kind: %s, apiVersion: v1, metadata: {name: %s, annotations: {"helm.sh/hook": pre-install}}}'
    write(project.root / "charts/app", {"templates/more.yaml": f"{hook % ('Job', 'a')}\n---\n{hook % ('Secret', 'b')}"})
    [release] = manifests.render(project, "local")
    assert [hook.manifest.name for hook in release.hooks] == ["a", "b"]


def test_a_list_is_its_items(project: Project) -> None:
    items = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n"
    write(project.root / "charts/app", {"templates/list.yaml": items})
    [release] = manifests.render(project, "local")
    assert "Pod" in [each.kind for each in release.manifests]


def test_an_overlay_lies_over_the_charts_values_and_null_removes(project: Project) -> None:
    overlay(project, "color: red\nnested: {a: null, b: {d: 3}}\n", "staging")
    assert json.loads(data_of(project, "staging")["nested"]) == {"b": {"c": 2, "d": 3}}
    assert data_of(project, "staging")["color"] == "red"
    assert data_of(project, "local")["color"] == "blue"


def test_overrides_lie_over_the_overlay(project: Project) -> None:
    overlay(project, "color: red\n")
    [release] = manifests.render(project, "local", overrides={"app": {"color": "green"}})
    assert "color: green" in manifests.to_yaml([release])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count: three\n", "k8s/overlays/local/values/app.yaml: count: got string, want integer"),
        ("colour: red\n", "k8s/overlays/local/values/app.yaml: colour: unknown key"),
        ("a: [\n", "k8s/overlays/local/values/app.yaml: is not valid YAML"),
        ("color: caf\xe9\n", "k8s/overlays/local/values/app.yaml: is not valid YAML: 'utf-8' codec"),
        ("- a\n", "k8s/overlays/local/values/app.yaml: expected keys and values"),
        ("color: null\n", "charts/app/templates/map.yaml:9: color: choose one"),
    ],
)
def test_an_error_names_the_file_and_the_key(project: Project, text: str, expected: str) -> None:
    overlay(project, text)
    error = error_of(project)
    assert str(error).startswith(expected)
    assert error.exit_code == 2
    assert error.todo


def test_several_findings_are_told_at_once(project: Project) -> None:
    overlay(project, "count: three\ncolour: red\n")
    error = error_of(project)
    assert isinstance(error, Problems)
    assert len(error.errors) == 2


NO_OBJECT = "renders to something without apiVersion, kind and metadata.name"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{{ fail "image.tag: set it" }}', "bad.yaml:1: image.tag: set it"),
        ('{{ fail "two\\n  lines" }}', "bad.yaml:1: two lines"),
        ("\n{{ if }}", "bad.yaml:2: missing value for if"),
        ("a: {{ .Values.no.such }}", "bad.yaml:1: nil pointer evaluating interface {}.such"),
        ("a: {{ include `nope` . }}", 'bad.yaml:1: no template "nope" associated with template "gotpl"'),
        ("a: {{ index .Values `a` `b` }}", "bad.yaml:1: index of nil pointer"),
        ("a: [\n", "bad.yaml: renders to invalid YAML: "),
        ("only text", f"bad.yaml: {NO_OBJECT}"),
        ("- a\n- b\n", f"bad.yaml: {NO_OBJECT}"),
        ("kind: Pod\napiVersion: v1\n", f"bad.yaml: {NO_OBJECT}"),
    ],
)
def test_a_template_that_fails_is_named(project: Project, template: str, expected: str) -> None:
    write(project.root / "charts/app", {"templates/bad.yaml": template})
    error = error_of(project)
    assert str(error).startswith(f"charts/app/templates/{expected}")
    assert "\n" not in str(error)


def test_a_library_that_fails_is_named_where_it_was_written(project: Project) -> None:
    write(project.root / "charts/lib", {"templates/_labels.tpl": LIBRARY.replace(".Chart.Name", ".Values.no.such")})
    assert str(error_of(project)).startswith("charts/lib/templates/_labels.tpl:2: nil pointer")


def test_a_hook_whose_weight_is_no_number_is_named(project: Project) -> None:
    overlay(project, "hooks: {migrate: soon}\n")
    assert str(error_of(project)) == "app/templates/hook.yaml: Job migrate: helm.sh/hook-weight: is not a whole number"


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (">=1.30.0-0", None),
        ("1.36.x || 1.37.x", None),
        (">=1.25 <1.37", ">=1.25 <1.37 leaves out 1.37.0"),
        ("new", "new is not a range of versions"),
    ],
)
def test_the_kubernetes_versions_of_a_chart_are_kept(project: Project, constraint: str, expected: str | None) -> None:
    path = project.root / "charts/app/Chart.yaml"
    path.write_text(f"{path.read_text()}kubeVersion: '{constraint}'\n")
    if expected is None:
        assert manifests.render(project, "local")
    else:
        assert str(error_of(project)).endswith(f"Chart.yaml: kubeVersion: {expected}")


def test_an_environment_may_call_namespaces_otherwise(project: Project) -> None:
    environments = {"local": Environment("local", "localhost", namespaces={"apps": "shop"})}
    [release] = manifests.render(replace(project, environments=environments), "local")
    assert release.namespace == "shop"
    assert {each.namespace for each in release.manifests if each.kind == "ConfigMap"} == {"shop"}


def test_a_chart_that_renders_nothing_is_an_empty_release(project: Project) -> None:
    for path in (project.root / "charts/app/templates").iterdir():
        path.unlink()
    [release] = manifests.render(project, "local")
    assert (release.manifests, release.hooks) == ((), ())


def test_an_unknown_environment_is_named(project: Project) -> None:
    with pytest.raises(ConfigError, match=r"environment nowhere: is not in yab\.toml"):
        manifests.render(project, "nowhere")


def test_merge_keeps_lists_whole() -> None:
    assert values.merge({"a": [1, 2], "b": {"c": 1}}, {"a": [3], "b": {"d": 2}}) == {"a": [3], "b": {"c": 1, "d": 2}}


@pytest.mark.parametrize("environment", ["local", "staging", "production"])
def test_our_own_charts_render_in_every_environment(environment: str) -> None:
    releases = manifests.render(load(ROOT), environment)
    assert all(release.manifests for release in releases)


@pytest.mark.skipif(shutil.which("helm") is None, reason="no helm binary on this machine to compare with")
def test_the_helm_binary_gives_the_same_objects() -> None:
    project = load(ROOT)
    for release in manifests.render(project, "production"):
        component = project.components[release.component]
        chart = charts.assembled(ROOT / component.chart, ROOT / ".yab/charts")
        file = values.overlay_file(ROOT, "production", component.name)
        done = subprocess.run(
            [
                "helm",
                "template",
                release.name,
                str(chart),
                "-n",
                release.namespace,
                "-f",
                str(file),
                "--kube-version",
                "1.37.0",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        ours = [each.raw for each in (*(hook.manifest for hook in release.hooks), *release.manifests)]
        assert sorted(map(repr, load_all(done.stdout))) == sorted(map(repr, ours))
