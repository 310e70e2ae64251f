"""Every mistake in `yab.toml` is named by its path, and says what to do."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from msgspec import Struct

from yab.errors import ConfigError, Problems, YabError
from yab.project import find_root, load
from yab.project.schema import schema
from yab.project.tables import ComponentTable, EnvironmentTable, Local, LocalContainer, ProjectTable

ROOT = Path(__file__).parents[3]

GOOD = """
name = "shop"
prefix = "shop"

[environments.local]
domain = "localhost"
scheme = "http"
port = 8080

[environments.production]
domain = "example.dev"

[components.db]
chart = "charts/db"
environments = ["local"]

[components.db.secrets]
PASSWORD = "{random:32}"

[components.api]
chart = "charts/api"
needs = ["db"]

[components.api.secrets]
URL = "postgresql://{secret:db.PASSWORD}@shop-db"

[components.api.local]
command = ["serve", "{port:http}", "{mount:/tmp/x}"]

[components.api.local.containers.side]
command = ["side"]
"""


def write(root: Path, text: str) -> Path:
    for name in ("db", "api"):
        (root / "charts" / name).mkdir(parents=True, exist_ok=True)
        (root / "charts" / name / "Chart.yaml").write_text(f"name: {name}\n")
    (root / "yab.toml").write_text(text)
    return root


def errors_of(root: Path) -> list[str]:
    with pytest.raises(YabError) as raised:
        load(root)
    found = raised.value.errors if isinstance(raised.value, Problems) else [raised.value]
    assert all(error.exit_code == 2 and error.todo for error in found)
    return [str(error) for error in found]


def test_a_good_file_is_typed(tmp_path: Path) -> None:
    project = load(write(tmp_path, GOOD))
    assert project.release("api") == "shop-api"
    assert [component.name for component in project.components_of("local")] == ["db", "api"]
    assert [component.name for component in project.components_of("production")] == ["api"]
    assert project.environments["local"].public_url("app") == "http://app.localhost:8080"
    assert project.environments["production"].public_url("app") == "https://app.example.dev"
    local = project.components["api"].local
    assert local
    assert local.containers["side"].command == ["side"]


def test_needs_come_first_however_the_file_is_ordered(tmp_path: Path) -> None:
    text = GOOD + '\n[components.aaa]\nchart = "charts/db"\nneeds = ["api"]\n'
    order = [component.name for component in load(write(tmp_path, text)).components_of("local")]
    assert order == ["db", "api", "aaa"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "shop"\n', "", "yab.toml: name: is missing"),
        ('name = "shop"', "name = 5", "yab.toml: name: expected str, got int"),
        ('name = "shop"', 'name = "My Shop"', "yab.toml: name: expected a name of a-z, 0-9 and -"),
        ('name = "shop"', 'nam = "shop"\nname = "shop"', "yab.toml: nam: unknown key"),
        ('domain = "localhost"\n', "", "yab.toml: environments.local.domain: is missing"),
        ('domain = "localhost"', 'domain = "a b"', "yab.toml: environments.local.domain: expected a domain like"),
        ("port = 8080", "port = 80800", "yab.toml: environments.local.port: expected int <= 65535"),
        ("port = 8080", 'port = "8080"', "yab.toml: environments.local.port: expected int | null, got str"),
        ('scheme = "http"', 'scheme = "ftp"', "yab.toml: environments.local.scheme: unknown value 'ftp'"),
        ('chart = "charts/api"', "chart = 3", "yab.toml: components.api.chart: expected str, got int"),
        ('chart = "charts/api"', 'chart = "charts/no"', "yab.toml: components.api.chart: charts/no has no Chart.yaml"),
        ('chart = "charts/api"', 'chart = "/etc"', "yab.toml: components.api.chart: must lie in the clone"),
        ('chart = "charts/api"', 'chrat = "charts/api"', "yab.toml: components.api.chrat: unknown key"),
        ('needs = ["db"]', 'needs = ["dbx"]', "yab.toml: components.api.needs: there is no component dbx"),
        ('needs = ["db"]', 'needs = ["api"]', "yab.toml: components.api.needs: needs itself: api → api"),
        ('environments = ["local"]', 'environments = ["x"]', "yab.toml: components.db.environments: there is no environment x"),
        ("{port:http}", "{prot:http}", "yab.toml: components.api.local.command: unknown placeholder {prot:http}"),
        ("{mount:/tmp/x}", "{mount:tmp}", "yab.toml: components.api.local.command: unknown placeholder {mount:tmp}"),
        ("{random:32}", "{random:x}", "yab.toml: components.db.secrets.PASSWORD: unknown placeholder {random:x}"),
        ("{secret:db.PASSWORD}", "{secret:db.PASS}", "yab.toml: components.api.secrets.URL: {secret:db.PASS} names no secret"),
        ("{random:32}", "{random:32", "yab.toml: components.db.secrets.PASSWORD: { has no partner"),
        ('PASSWORD = "', 'OTHER = "x"\nWRONG = 3\nPASSWORD = "', "yab.toml: components.db.secrets.WRONG: expected str, got int"),
        ('PASSWORD = "', '"MY KEY" = "x"\nPASSWORD = "', "yab.toml: components.db.secrets.MY KEY: expected a key of letters"),
        ('needs = ["db"]', 'needs = ["db", 3]', "yab.toml: components.api.needs[1]: expected str, got int"),
        ('needs = ["db"]', 'namespace = "a b"', "yab.toml: components.api.namespace: expected a name of"),
        ('domain = "localhost"', 'domain = "localhost"\nnamespaces = { a = "b", apps = "B C" }', "yab.toml: environments.local.namespaces.apps: expected a name of"),
        ("[environments.local]", "[[environments.local]]", "yab.toml: environments.local: expected table, got array"),
        ("[components.db]", '["components"."my db"]\nchart = "charts/db"\n[components.db]', "yab.toml: components.my db: expected a name of"),
        ('command = ["serve"', 'watch = ["src/no"]\ncommand = ["serve"', "yab.toml: components.api.local.watch: src/no does not exist"),
        ('command = ["serve"', 'inputs = ["no"]\ncommand = ["serve"', "yab.toml: components.api.local.inputs: no does not exist"),
        ('command = ["serve"', 'prepare = ["make", "{port:http}"]\ncommand = ["serve"', "yab.toml: components.api.local.prepare: {port:http} is not filled in here"),
        ('command = ["side"]', 'watch = ["no"]', "yab.toml: components.api.local.containers.side.watch: no does not exist"),
        ('command = ["side"]', 'env = { A = "x", "B C" = "y" }', "yab.toml: components.api.local.containers.side.env.B C: expected a variable's name"),
        ('command = ["side"]', 'env = { A = "{prot:http}" }', "yab.toml: components.api.local.containers.side.env: unknown placeholder {prot:http}"),
        ('command = ["side"]', "command = []", "yab.toml: components.api.local.containers.side.command: expected array of length >= 1"),
        ('command = ["side"]', "cmd = 1", "yab.toml: components.api.local.containers.side.cmd: unknown key"),
        ('command = ["serve"', 'stop_signal = "SIGFOO"\ncommand = ["serve"', "yab.toml: components.api.local.stop_signal: unknown value 'SIGFOO'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_path(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    found = errors_of(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(error.startswith(expected) for error in found), found


def test_a_file_without_environments(tmp_path: Path) -> None:
    assert errors_of(write(tmp_path, 'name = "a"\nprefix = "a"\n')) == ["yab.toml: environments: is missing"]
    assert "yab.toml: environments: expected tables" in errors_of(write(tmp_path, "environments = 3\n"))


def test_a_release_name_that_helm_refuses(tmp_path: Path) -> None:
    long = GOOD.replace('prefix = "shop"', f'prefix = "{"p" * 30}"')
    [error] = errors_of(write(tmp_path, f'{long}\n[components.{"c" * 30}]\nchart = "charts/db"\n'))
    assert error.endswith(f"release {'p' * 30}-{'c' * 30} is longer than 53")


def test_an_environment_may_call_namespaces_otherwise(tmp_path: Path) -> None:
    text = GOOD.replace('domain = "example.dev"', 'domain = "example.dev"\nnamespaces = { apps = "shop" }')
    project = load(write(tmp_path, text))
    assert project.environments["production"].namespace("apps") == "shop"
    assert project.environments["local"].namespace("apps") == "apps"


def test_braces_in_what_other_programs_read_are_theirs(tmp_path: Path) -> None:
    text = GOOD.replace('command = ["serve"', 'prepare = ["sh", "-c", "echo ${HOME}"]\ncommand = ["serve"')
    assert load(write(tmp_path, text)).components["api"].local


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('name = "shop"', "name = 5").replace('chart = "charts/api"', "chart = 3")
    assert len(errors_of(write(tmp_path, text))) == 2


def test_an_unknown_key_suggests_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, GOOD.replace("needs =", "need =")))
    assert raised.value.todo == "did you mean needs?"


def test_malformed_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 3" in errors_of(write(tmp_path, 'name = "a"\n\nprefix = \n'))[0]


def test_a_missing_file_and_a_folder_outside_a_clone(tmp_path: Path) -> None:
    assert errors_of(tmp_path) == [f"{tmp_path / 'yab.toml'}: does not exist"]
    with pytest.raises(ConfigError, match=r"there is no yab\.toml here or above"):
        find_root(Path("/"))


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    below = write(tmp_path, GOOD) / "charts" / "api"
    assert find_root(below) == tmp_path.resolve()


def test_the_schema_for_editors_is_up_to_date() -> None:
    path = ROOT / "docs" / "yab.schema.json"
    assert path.read_text() == schema(), "run: make generate"


def test_the_schema_for_editors_agrees_with_the_reader() -> None:
    validator = Draft202012Validator(json.loads(schema()))
    assert not list(validator.iter_errors(tomllib.loads((ROOT / "yab.toml").read_text())))
    assert not list(validator.iter_errors(tomllib.loads(GOOD)))
    for old, new in (("port = 8080", "port = 80800"), ("needs =", "need ="), ('chart = "charts/api"', "")):
        assert list(validator.iter_errors(tomllib.loads(GOOD.replace(old, new, 1)))), new


@pytest.mark.parametrize("table", [ProjectTable, EnvironmentTable, ComponentTable, Local, LocalContainer])
def test_every_key_is_described_and_shown(table: type[Struct]) -> None:
    described = json.loads(schema())["$defs"][table.__name__]["properties"]
    example = (ROOT / "yab.toml").read_text()
    for key, found in described.items():
        assert "description" in found, f"{table.__name__}.{key} has no description"
        assert re.search(rf"\b{key}\b", example), f"yab.toml does not show {key}"


def test_our_own_file_is_good() -> None:
    assert "api" in load(ROOT).components
