"""Where the test bed lies, and how its steps run commands."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SITE = ROOT / ".venv"
# Sockets are named by absolute paths, and the kernel takes 107 bytes; the engine adds to this one.
LONGEST = 60
ANSWER_S = 60


class ProvisionError(Exception):
    """What is wrong, what to do about it, and the exit code: 1 failed, 3 something is missing."""

    def __init__(self, what: str, todo: str, code: int = 1) -> None:
        super().__init__(what)
        self.todo = todo
        self.code = code


@dataclass(frozen=True)
class Place:
    """The one folder that holds everything; removing it removes all."""

    folder: Path

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Place:
        """`$YAB_CLUSTER_CACHE`, else `yab/cluster` in the user's cache folder."""
        cache = env.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        folder = Path(env.get("YAB_CLUSTER_CACHE") or Path(cache) / "yab" / "cluster").absolute()
        if len(str(folder)) > LONGEST or " " in str(folder):
            fail(f"{folder}: too long for a socket, or it has a space", "set YAB_CLUSTER_CACHE to a short path", 3)
        return cls(folder)

    @property
    def bin(self) -> Path:
        """The programs: docker, kind, kubectl, helm, crane."""
        return self.folder / "bin"

    @property
    def engine(self) -> Path:
        """The Docker engine's own programs and libraries, unpacked from Debian's packages."""
        return self.folder / "engine"

    @property
    def socket(self) -> Path:
        """Where the engine listens."""
        return self.folder / "run" / "docker.sock"

    @property
    def logs(self) -> Path:
        """One log a step."""
        return self.folder / "logs"

    def variables(self) -> dict[str, str]:
        """What a shell needs to use the test bed: `eval "$(tools/cluster/provision --env)"`."""
        return {
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_CONFIG": str(self.folder / "docker"),
            "YAB_BUILD_NETWORK": "host",
            "YAB_KIND_NODE_IMAGE": "yab/node:current",
            "YAB_REGISTRY": "localhost:5001",
        }

    def environment(self) -> dict[str, str]:
        """The environment of every command a step runs."""
        return {**os.environ, **self.variables(), "PATH": f"{self.bin}:{os.environ['PATH']}"}


def fail(what: str, todo: str, code: int = 1) -> NoReturn:
    """Ends a step."""
    raise ProvisionError(what, todo, code)


def run(
    command: Sequence[str | Path], place: Place, log: Path, *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> None:
    """Runs a command with its output in a log; ProvisionError with the last lines where it fails."""
    with log.open("a", encoding="utf-8") as file:
        print("$", shlex.join(map(str, command)), file=file, flush=True)
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**place.environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        last = "".join(f"\n  | {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
        fail(f"{Path(command[0]).name}: exit code {done.returncode}{last}", f"all of it: {log}")


def output(command: Sequence[str | Path], place: Place) -> str:
    """What a command prints; empty where it fails."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A hash of files, folders and words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        for file in [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file()):
            digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()
