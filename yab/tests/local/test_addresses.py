import pytest

from yab.errors import ConfigError
from yab.local.addresses import Places, mentions_own_port, service_names

PLACES = Places(
    mounts={
        "/etc/app": "/clone/.yab/pods/a/config",
        "/tmp": "/clone with space/tmp",
        "/etc/app/sub": "/x/sub",
    },
    ports={"http": 21000, "8000": 21000},
    services={name: {80: 22000, 5432: 22001} for name in service_names("yab-api", "apps")},
    hosts={"app.localhost:8080": "app.localhost:9999"},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/etc/app/file.json", "/clone/.yab/pods/a/config/file.json"),
        ("--config=/etc/app", "--config=/clone/.yab/pods/a/config"),
        ("/etc/app/sub/x", "/x/sub/x"),
        ("file:///tmp/x", "file:///clone with space/tmp/x"),
        ("/etc/apple", "/etc/apple"),
        ("/usr/etc/app", "/usr/etc/app"),
        ("a/tmp", "a/tmp"),
        ("http://yab-api/health", "http://127.0.0.1:22000/health"),
        ("http://yab-api:80", "http://127.0.0.1:22000"),
        ("http://yab-api.apps.svc.cluster.local:80/x", "http://127.0.0.1:22000/x"),
        ("http://yab-api.apps/x", "http://127.0.0.1:22000/x"),
        ("yab-api:5432", "127.0.0.1:22001"),
        ("postgresql+asyncpg://app:p-w@yab-api/db", "postgresql+asyncpg://app:p-w@127.0.0.1:22001/db"),
        ("postgresql://app:yab-api@yab-api:5432/db", "postgresql://app:yab-api@127.0.0.1:22001/db"),
        ("yab-api", "yab-api"),
        ("my-yab-api:80", "my-yab-api:80"),
        ("yab-api-x:80", "yab-api-x:80"),
        ("yab-api.example.com:80", "yab-api.example.com:80"),
        ("yab-api:9999", "yab-api:9999"),
        ("0.0.0.0:8000", "127.0.0.1:21000"),
        ("http://localhost:8000/", "http://127.0.0.1:21000/"),
        ("[::]:8000", "127.0.0.1:21000"),
        ("localhost:80001", "localhost:80001"),
        ("http://app.localhost:8080/x", "http://app.localhost:9999/x"),
        ("http://app.localhost:80801", "http://app.localhost:80801"),
    ],
)
def test_texts_of_a_chart_are_rewritten_to_this_machine(text: str, expected: str) -> None:
    assert PLACES.rewrite(text) == expected


def test_a_rewritten_mount_is_not_rewritten_again() -> None:
    places = Places(mounts={"/tmp": "/tmp/clone/.yab/tmp", "/data": "/tmp/clone/.yab/data"})
    assert places.rewrite("/data:/tmp") == "/tmp/clone/.yab/data:/tmp/clone/.yab/tmp"


def test_placeholders_are_filled() -> None:
    assert PLACES.fill("--port={port:http} {mount:/etc/app}/a", "x") == "--port=21000 /clone/.yab/pods/a/config/a"
    assert PLACES.fill("{mount:/etc/app/deeper/file}", "x") == "/clone/.yab/pods/a/config/deeper/file"
    assert PLACES.fill("{unrelated}", "x") == "{unrelated}"


@pytest.mark.parametrize(
    ("text", "what"),
    [("{port:grpc}", "{port:grpc} names no container port"), ("{mount:/srv}", "{mount:/srv} names no mount")],
)
def test_an_unknown_placeholder_names_the_place_and_what_there_is(text: str, what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        PLACES.fill(text, "charts/api Deployment/yab-api")
    assert raised.value.where == "charts/api Deployment/yab-api"
    assert what in raised.value.what


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["--bind", "0.0.0.0:8000"], True), (["8000"], False), (["0.0.0.0:80001"], False), ([], False)],
)
def test_a_port_can_move_when_a_text_binds_it(texts: list[str], expected: bool) -> None:
    assert mentions_own_port(texts, 8000) is expected
