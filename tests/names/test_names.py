"""Names that other tools read equal those of `yab.toml`; a renamed clone passes its tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, clone, run

from yab import manifests
from yab.errors import ConfigError, UsageError
from yab.project import Project, load
from yab.project.rename import Names, apply, files, rewrite

SHOP = ("init", "acme-shop", "--prefix", "acme", "--domain", "acme.example")
# What a renamed clone is tested with: all that reads the names, in seconds.
TESTED = ("tests/names", "tests/charts", "yab/tests/project", "yab/tests/manifests")
NESTED = "YAB_RENAMED_CLONE"


@pytest.fixture(scope="module")
def project() -> Project:
    return load(ROOT)


def test_no_file_holds_a_name_of_another_product(project: Project) -> None:
    parts = "|".join(project.components)
    release = re.compile(rf"(?<![\w./-])([a-z][a-z0-9]*)-({parts})(?![\w-])")
    part_of = re.compile(r"part-?of[:=]\s*[\"']?([a-z0-9-]+)", re.IGNORECASE)
    wrong = []
    for path in files(ROOT):
        text = path.read_text(errors="replace")
        wrong += [f"{path}: {match[0]}" for match in part_of.finditer(text) if match[1] != project.name]
        if path.suffix in (".yaml", ".yml", ".json"):
            wrong += [f"{path}: {match[0]}" for match in release.finditer(text) if match[1] != project.prefix]
    assert not wrong


@pytest.mark.parametrize("environment", ["local", "staging", "production"])
def test_charts_and_overlays_agree_with_yab_toml(project: Project, environment: str) -> None:
    where = project.environments[environment]
    hosts = {where.host(label) for label in ("api", "app", "admin")}
    for release in manifests.render(project, environment):
        assert release.name == project.release(release.component)
        for manifest in release.manifests:
            assert manifest.labels["app.kubernetes.io/part-of"] == project.name
            if manifest.kind == "Ingress":
                assert {rule["host"] for rule in manifest.raw["spec"]["rules"]} <= hosts
            if manifest.kind == "ConfigMap" and "PUBLIC_URL" in manifest.raw["data"]:
                assert manifest.raw["data"]["PUBLIC_URL"] == where.public_url("app")


def test_the_namespaces_of_k8s_base_are_those_of_the_components(project: Project) -> None:
    text = (ROOT / "k8s/base/namespaces.yaml").read_text()
    for component in project.components.values():
        assert f"name: {component.namespace}\n" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("part-of: old", "part-of: new"),
        ("yo-api yo-web:80", "nu-api nu-web:80"),
        ("http://yo-api:8000/x", "http://nu-api:8000/x"),
        ("yo-api-migrate", "nu-api-migrate"),
        ("yo-local", "nu-local"),
        ("yo up, python -m yo, .yo/run, yo.toml", "yo up, python -m yo, .yo/run, yo.toml"),
        ("my-yo-api yo-apian older", "my-yo-api yo-apian older"),
        ("api.example.dev app.st.example.dev example.dev", "api.acme.org app.st.acme.org acme.org"),
        (
            "example.developer.com other-example.dev example.dev.uk",
            "example.developer.com other-example.dev example.dev.uk",
        ),
        ("secretName: app-st-example-dev-tls", "secretName: app-st-acme-org-tls"),
    ],
)
def test_only_names_are_rewritten(text: str, expected: str) -> None:
    old = Names("old", "yo", {"local": "localhost", "staging": "st.example.dev", "production": "example.dev"})
    new = old.renamed("new", "nu", "acme.org")
    assert rewrite(text, old, new, ["api", "web"]) == expected
    assert rewrite(expected, new, new, ["api", "web"]) == expected


@pytest.mark.parametrize("name", ["Shop", "-shop", "sh op", "shop-", "9shop", "x" * 31, "shöp", ""])
def test_a_name_that_kubernetes_refuses_is_refused(project: Project, name: str) -> None:
    with pytest.raises(UsageError, match="is not a name"):
        Names.of(project).renamed(name, None, None)


def test_a_domain_that_only_ends_alike_is_kept() -> None:
    old = Names("old", "yo", {"local": "myexample.dev", "production": "example.dev"})
    assert old.renamed("new", None, "acme.org").domains == {"local": "myexample.dev", "production": "acme.org"}


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """A small product; its README speaks of shelves."""
    (tmp_path / "charts/api").mkdir(parents=True)
    (tmp_path / "charts/api/Chart.yaml").write_text("name: api\n")
    (tmp_path / "README.md").write_bytes(b"shop has shelves\r\n$ yab init acme\r\nbuild-api shop-api example.dev\r\n")
    head = 'name = "shop"\nprefix = "shop"\n[environments.production]\ndomain = "example.dev"\n'
    (tmp_path / "yab.toml").write_text(f'{head}[components.api]\nchart = "charts/api"\n')
    return load(tmp_path)


def test_nothing_but_names_changes_and_yab_toml_comes_last(shop: Project) -> None:
    changed = apply(shop.root, shop, Names.of(shop).renamed("acme", None, "acme.org"))
    assert changed == [Path("README.md"), Path("yab.toml")]
    text = b"acme has shelves\r\n$ yab init acme\r\nbuild-api acme-api acme.org\r\n"
    assert (shop.root / "README.md").read_bytes() == text
    assert (load(shop.root).name, load(shop.root).prefix) == ("acme", "acme")


@pytest.mark.parametrize(
    ("words", "option"),
    [(("shelves", None, None), "NAME"), (("acme", "build", None), "--prefix"), (("api", None, None), "NAME")],
)
def test_a_name_that_is_used_for_something_else_is_refused(
    shop: Project, words: tuple[str, str | None, str | None], option: str
) -> None:
    (shop.root / "docs").mkdir()
    (shop.root / "docs/a.md").write_text("the api\n")
    before = (shop.root / "yab.toml").read_text()
    with pytest.raises(UsageError, match=rf"^yab init {option}: '\w+' is used in "):
        apply(shop.root, shop, Names.of(shop).renamed(*words))
    assert (shop.root / "yab.toml").read_text() == before
    assert apply(shop.root, shop, Names.of(shop).renamed(*words), force=True)


def test_names_that_make_yab_toml_wrong_are_refused_before_anything_is_written(shop: Project) -> None:
    with pytest.raises(ConfigError, match=r"production\.domain"):
        apply(shop.root, shop, Names.of(shop).renamed("acme", None, "a" * 210))
    assert "acme has" not in (shop.root / "README.md").read_text()


outermost = pytest.mark.skipif(NESTED in os.environ, reason="this is the renamed clone")


@outermost
def test_a_renamed_clone_passes_its_tests(tmp_path: Path) -> None:
    root = clone(tmp_path / "acme shop")
    done = run(root, *SHOP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "README.md" in done.stdout
    again = run(root, *SHOP)
    assert again.stdout.startswith("nothing to rewrite"), again.stdout + again.stderr
    renamed = load(root)
    assert (renamed.name, renamed.prefix) == ("acme-shop", "acme")
    assert renamed.environments["staging"].domain == "staging.acme.example"
    left = [
        path
        for path in files(root)
        if re.search(r"yetanother|\byab-api\b|example\.dev", path.read_text(errors="replace"))
    ]
    assert not left
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTED],
        cwd=root,
        env={**os.environ, NESTED: "1"},
        capture_output=True,
        text=True,
    )
    assert tests.returncode == 0, tests.stdout[-4000:]


@outermost
def test_uncommitted_changes_are_not_mixed_in(tmp_path: Path) -> None:
    root = clone(tmp_path / "clone")
    for words in (("init", "-q"), ("add", "README.md")):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    done = run(root, *SHOP)
    assert done.returncode == 1
    assert "are not committed" in done.stderr
    assert "yetanotherboilerplate" in (root / "yab.toml").read_text()
