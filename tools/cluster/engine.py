"""A Docker engine of the test bed's own, from Debian's packages, beside nothing: it refuses a machine that has one.

Nothing outside the folder is written: packages are unpacked instead of installed, the configuration is given
by option, data, sockets and logs lie in the folder. (The engine itself makes bridges and iptables rules.)
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from place import HERE, Place, fail, output, run

PACKAGES = ("docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1")
USERS_ENGINE = Path("/var/run/docker.sock")
START_S = 60
STOP_S = 60
CAP_SYS_RESOURCE = 24


def unpack(place: Place, log: Path) -> None:
    """The engine's programs, unpacked from Debian's packages; a running engine is stopped first."""
    stop(place)
    debs = place.folder / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir()
    run(["apt-get", "-o", "APT::Sandbox::User=root", "download", *PACKAGES], place, log, cwd=debs)
    shutil.rmtree(place.engine, ignore_errors=True)
    place.engine.mkdir()
    for deb in sorted(debs.iterdir()):
        run(["dpkg", "-x", deb, place.engine], place, log)
    shutil.rmtree(debs)
    link(place.bin / "docker", place.engine / "usr/bin/docker")


def link(name: Path, target: Path) -> None:
    """A symbolic link, anew."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    name.symlink_to(target)


def refuse_users_engine() -> None:
    """Exit code 3 where an engine runs already: two would share bridges and rules, and that one is the user's."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(USERS_ENGINE))
        except OSError:
            return
    fail(
        "Docker: an engine runs on this machine",
        "use it: yab up --on kind. This test bed is for disposable machines without one",
        3,
    )


def start(place: Place, log: Path) -> None:
    """Starts the engine and waits until it answers; one that answers already stays."""
    if answers(place):
        return
    refuse_users_engine()
    configure(place)
    path = f"{place.engine}/usr/bin:{place.engine}/usr/sbin:/usr/sbin:/sbin:{os.environ['PATH']}"
    libraries = f"{place.engine}/lib/x86_64-linux-gnu:{place.engine}/usr/lib/x86_64-linux-gnu"
    engine_log = place.logs / "dockerd.log"
    with engine_log.open("w") as file:
        process = subprocess.Popen(
            [place.engine / "usr/sbin/dockerd", "--config-file", place.folder / "daemon.json"],
            env={**os.environ, "PATH": path, "LD_LIBRARY_PATH": libraries},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_S
    while not answers(place):
        if process.poll() is not None or time.monotonic() > deadline:
            last = "".join(f"\n  | {line}" for line in engine_log.read_text().splitlines()[-8:])
            fail(f"dockerd: does not come up{last}", f"all of it: {engine_log}")
        time.sleep(0.2)
    log.write_text(output(["docker", "info"], place))


def configure(place: Place) -> None:
    """daemon.json, the wrapper of runc, and the command line's own configuration."""
    run_folder = place.folder / "run"
    run_folder.mkdir(exist_ok=True)
    (run_folder / "docker.pid").unlink(missing_ok=True)  # no engine answers, so it is a dead one's
    settings = {
        "hosts": [f"unix://{place.socket}"],
        "data-root": str(place.folder / "data"),
        "exec-root": str(run_folder / "exec"),
        "pidfile": str(run_folder / "docker.pid"),
        "userland-proxy-path": str(place.engine / "usr/sbin/docker-proxy"),
        "insecure-registries": ["localhost:5001"],
        "features": {"buildkit": True},
    }
    if not has_capability(CAP_SYS_RESOURCE):
        settings |= {"default-runtime": "yab", "runtimes": {"yab": {"path": str(HERE / "runc-without-resource")}}}
    (place.folder / "daemon.json").write_text(json.dumps(settings, indent=2))
    (place.folder / "docker").mkdir(exist_ok=True)
    (place.folder / "docker" / "config.json").write_text(json.dumps({"aliases": {"builder": "buildx"}}))


def has_capability(number: int) -> bool:
    """Whether this process may hand a capability on."""
    lines = dict(line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    return bool(int(lines["CapBnd"], 16) >> number & 1)


def answers(place: Place) -> bool:
    """Whether the engine is up."""
    return bool(output([place.engine / "usr/bin/docker", "version", "--format", "{{.Server.Version}}"], place))


def stop(place: Place) -> None:
    """Ends the engine that the pid file names, and waits for it."""
    file = place.folder / "run" / "docker.pid"
    if not file.exists():
        return
    pid = int(file.read_text())
    if "dockerd" not in comm(pid):
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while "dockerd" in comm(pid):
        if time.monotonic() > deadline:
            fail(f"dockerd: pid {pid} does not end", f"look: {place.logs / 'dockerd.log'}")
        time.sleep(0.1)


def comm(pid: int) -> str:
    """A process's name, empty where there is none."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def remove_containers(place: Place) -> None:
    """Removes all containers and networks, with what they have in the kernel."""
    for container in output(["docker", "ps", "--all", "--quiet"], place).split():
        output(["docker", "rm", "--force", "--volumes", container], place)
    for network in output(["docker", "network", "ls", "--filter", "type=custom", "--quiet"], place).split():
        output(["docker", "network", "rm", network], place)
