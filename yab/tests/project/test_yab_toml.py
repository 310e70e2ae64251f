"""Every mistake in `yab.toml` is named by its path, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from yab.errors import ConfigError, Problems, YabError
from yab.project import find_root, load
from yab.project.schema import schema

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
        ('name = "shop"', 'name = "My Shop"', "yab.toml: name: expected a name like"),
        ('name = "shop"', 'nam = "shop"\nname = "shop"', "yab.toml: nam: unknown key"),
        ('domain = "localhost"\n', "", "yab.toml: environments.local.domain: is missing"),
        ('domain = "localhost"', 'domain = "a b"', "yab.toml: environments.local.domain: expected a name like"),
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
        ('command = ["side"]', "command = []", "yab.toml: components.api.local.containers.side.command: expected array of length >= 1"),
        ('command = ["side"]', "cmd = 1", "yab.toml: components.api.local.containers.side.cmd: unknown key"),
        ('command = ["serve"', 'stop_signal = "SIGFOO"\ncommand = ["serve"', "yab.toml: components.api.local.stop_signal: unknown value 'SIGFOO'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_path(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    found = errors_of(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(error.startswith(expected) for error in found), found


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
    assert path.read_text() == schema(), "run: make schema"


def test_our_own_file_is_good() -> None:
    assert "api" in load(ROOT).components
