"""Ports, logs, the table and the folder's alias."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from yab.errors import MissingError
from yab.local import alias, logs, orphans, screen
from yab.local import state as states
from yab.local.limits import limits
from yab.local.logs import LIMIT, PodLog
from yab.local.ports import Allocator, check_public, holder
from yab.local.state import Row, State


def test_the_same_key_gets_the_same_port_and_others_another(tmp_path: Path) -> None:
    first, second = Allocator(tmp_path), Allocator(tmp_path)
    assert first("api/http") == first("api/http") == second("api/http")
    assert first("api/http") != first("api/metrics")
    assert 20_000 <= first("api/http") < 30_000


def test_a_taken_port_is_passed_over_and_a_known_one_is_kept(tmp_path: Path) -> None:
    port = Allocator(tmp_path)("api/http")
    with socket.create_server(("127.0.0.1", port)):
        assert Allocator(tmp_path)("api/http") != port
        assert Allocator(tmp_path, {"api/http": port})("api/http") == port


def test_the_holder_of_a_public_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"(pid {os.getpid()})" in str(holder(port))
        with pytest.raises(MissingError) as raised:
            check_public(port, lambda number: number == port + 3)
        assert raised.value.exit_code == 3
        assert raised.value.todo == f"stop it, or choose another port: yab up --port {port + 3}"


def test_log_lines_come_back_in_the_order_of_time(tmp_path: Path) -> None:
    one, two = PodLog(tmp_path, "one-0"), PodLog(tmp_path, "two-0")
    for log, text in ((one, "first"), (two, "second  with spaces"), (one, "third")):
        log.write("main", text)
    found = list(logs.read(tmp_path, lambda _: True))
    assert [(line.pod, line.text) for line in found] == [
        ("one-0", "first"),
        ("two-0", "second  with spaces"),
        ("one-0", "third"),
    ]
    assert [line.text for line in logs.read(tmp_path, "two-0".__eq__)] == ["second  with spaces"]
    assert one.tail("main", 1) == ["third"]


def test_a_log_is_turned_over_at_its_limit(tmp_path: Path) -> None:
    log = PodLog(tmp_path, "a")
    log.write("main", "x" * (LIMIT - 40))
    log.write("main", "last")
    assert (tmp_path / "a.log").stat().st_size < 100
    assert (tmp_path / "a.log.1").stat().st_size > LIMIT - 200


def test_following_yields_only_what_is_new_and_whole_lines(tmp_path: Path) -> None:
    log = PodLog(tmp_path, "a")
    log.write("main", "old")
    steps = iter((True, True, False))

    def alive() -> bool:
        log.write("main", "new")
        return next(steps)

    assert [line.text for line in logs.follow(tmp_path, lambda _: True, alive)] == ["new"] * 3


def test_the_table_aligns_and_cuts_at_the_terminals_width() -> None:
    rows = [
        Row("yab-api-0", "api", "pod", "ready", started=10.0, settled=11.25, ports={"http": 21000}, restarts=2),
        Row("web", "web", "pod", "waiting", "waits for " + "x" * 100),
    ]
    lines = screen.table(State(1, 0.0, 8080, rows=rows), color=False, width=60)
    assert lines[0].split() == ["NAME", "STATUS", "SECONDS"]
    assert lines[1] == "● yab-api-0  ready        1.2  2 restarts · http :21000"
    assert len(lines[2]) <= 60
    assert lines[2].endswith("…")
    assert "\033[" in "".join(screen.table(State(1, 0.0, 8080, rows=rows), color=True))


def test_a_folder_with_a_space_gets_a_link_without_one(tmp_path: Path) -> None:
    folder = tmp_path / "my clone" / ".yab"
    folder.mkdir(parents=True)
    link = alias.of(folder, tmp_path / "links")
    assert " " not in str(link)
    assert link.resolve() == folder
    assert alias.of(folder, tmp_path / "links") == link
    assert alias.of(tmp_path, tmp_path / "links") == tmp_path


def test_a_stale_link_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    link = alias.of(folder, tmp_path / "links")
    link.unlink()
    link.symlink_to(tmp_path)
    assert alias.of(folder, tmp_path / "links").resolve() == folder


def test_links_of_clones_that_are_gone_are_removed(tmp_path: Path) -> None:
    gone, here = tmp_path / "a gone", tmp_path / "a here"
    gone.mkdir()
    old = alias.of(gone, tmp_path / "links")
    gone.rmdir()
    here.mkdir()
    alias.of(here, tmp_path / "links")
    assert not old.is_symlink()


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    lock = states.acquire(tmp_path)
    assert lock is not None
    assert states.acquire(tmp_path) is None
    assert states.is_locked(tmp_path)
    os.close(lock)
    assert not states.is_locked(tmp_path)


def test_a_damaged_state_file_is_no_state(tmp_path: Path) -> None:
    states.folder(tmp_path).mkdir(parents=True)
    states.write(tmp_path, State(1, 2.0, 3))
    assert states.read(tmp_path) == State(1, 2.0, 3)
    (states.folder(tmp_path) / "state.json").write_text("{")
    assert states.read(tmp_path) is None


def test_nothing_is_an_orphan_of_another_clone(tmp_path: Path) -> None:
    assert orphans.end(tmp_path) == 0


def test_each_limit_is_said_once() -> None:
    deployment = {
        "kind": "Deployment",
        "spec": {"template": {"spec": {"containers": [{"resources": {"limits": {"cpu": 1}}}]}}},
    }
    assert limits([deployment, deployment]) == ["resource limits are not enforced"]
    assert limits([{"kind": "Gateway"}]) == ["these kinds need a cluster and are left out: Gateway"]
    assert limits([{"kind": "ConfigMap"}]) == []
