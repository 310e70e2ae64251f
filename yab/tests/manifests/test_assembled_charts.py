"""A chart is loaded from a copy that holds its libraries; the chart's own folder is never written to."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from yab.errors import ConfigError
from yab.manifests import charts, helm

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def chart(folder: Path, dependencies: str = "", version: str = "1.0.0") -> Path:
    (folder / "templates").mkdir(parents=True)
    (folder / "templates/map.yaml").write_text(OBJECT % folder.name)
    text = f"apiVersion: v2\nname: {folder.name}\nversion: {version}\n"
    (folder / "Chart.yaml").write_text(text + (f"dependencies: [{dependencies}]\n" if dependencies else ""))
    return folder


def by_file(name: str, version: str = "1.0.0") -> str:
    return f"{{name: {name}, version: {version}, repository: 'file://../{name}'}}"


def templates(app: Path, cache: Path) -> set[str]:
    return set(helm.render(charts.assembled(app, cache), "shop-app", "apps", {}))


def refusal(app: Path, cache: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        charts.assembled(app, cache)
    assert raised.value.todo
    return str(raised.value)


def test_assembling_twice_copies_once(tmp_path: Path, cache: Path) -> None:
    app = chart(tmp_path / "app")
    first = charts.assembled(app, cache)
    (first / "marker").touch()
    assert charts.assembled(app, cache) == first
    assert (first / "marker").exists()
    assert len(list(cache.iterdir())) == 1


def test_a_library_may_have_libraries(tmp_path: Path, cache: Path) -> None:
    chart(tmp_path / "deep")
    chart(tmp_path / "lib", by_file("deep"))
    app = chart(tmp_path / "app", by_file("lib"))
    paths = {
        "app/templates/map.yaml",
        "app/charts/lib/templates/map.yaml",
        "app/charts/lib/charts/deep/templates/map.yaml",
    }
    assert templates(app, cache) == paths
    assert (
        charts.source(app, "app/charts/lib/charts/deep/templates/map.yaml:3") == tmp_path / "deep/templates/map.yaml:3"
    )


def test_what_helm_built_is_older_than_the_library_itself(tmp_path: Path, cache: Path) -> None:
    lib, app = chart(tmp_path / "lib"), chart(tmp_path / "app", by_file("lib"))
    (app / "charts").mkdir()
    with tarfile.open(app / "charts/lib-1.0.0.tgz", "w:gz") as built:
        built.add(lib, "lib")
    (lib / "templates/map.yaml").unlink()
    (lib / "templates/new.yaml").write_text(OBJECT % "new")
    assert templates(app, cache) == {"app/templates/map.yaml", "app/charts/lib/templates/new.yaml"}
    assert not list(charts.assembled(app, cache).glob("charts/*.tgz"))


@pytest.mark.parametrize("packed", [True, False])
def test_a_fetched_dependency_is_rendered(tmp_path: Path, cache: Path, *, packed: bool) -> None:
    app = chart(tmp_path / "app", "{name: redis, version: ^1.0.0, repository: 'https://charts.example.com'}")
    assert refusal(app, cache).endswith("dependencies.redis: is not in charts/")
    redis = chart(app / "charts/redis")
    if packed:
        with tarfile.open(app / "charts/redis-1.2.3.tgz", "w:gz") as archive:
            archive.add(redis, "redis")
        for path in (redis / "templates/map.yaml", redis / "Chart.yaml"):
            path.unlink()
    assert templates(app, cache) == {"app/templates/map.yaml", "app/charts/redis/templates/map.yaml"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", "Chart.yaml: expected keys and values"),
        ("", "Chart.yaml: expected keys and values"),
        ("a: [\n", "Chart.yaml: is not valid YAML: "),
        ("dependencies: [lib]\n", "Chart.yaml: dependencies: expected name, version and repository"),
        (f"dependencies: [{by_file('nowhere')}]\n", "nowhere/Chart.yaml: does not exist"),
        (f"dependencies: [{by_file('lib', '1.0.0')}]\n", "dependencies.lib: wants 1.0.0, the library is 2.0.0"),
        (
            f"dependencies: [{by_file('app', '1.0.0')}]\nversion: 1.0.0\n",
            "Chart.yaml: dependencies: leads back to itself",
        ),
    ],
)
def test_a_chart_that_cannot_be_loaded_is_named(tmp_path: Path, cache: Path, text: str, expected: str) -> None:
    chart(tmp_path / "lib", version="2.0.0")
    app = chart(tmp_path / "app")
    (app / "Chart.yaml").write_text(text)
    assert expected in refusal(app, cache)


def test_a_chart_whose_folder_has_another_name_is_found(tmp_path: Path, cache: Path) -> None:
    app = chart(tmp_path / "app").rename(tmp_path / "folder")
    assert templates(app, cache) == {"app/templates/map.yaml"}
    assert charts.source(app, "app/templates/map.yaml:1") == app / "templates/map.yaml:1"
