"""The Secrets of the local environment: made once from `yab.toml`, kept in `.yab/secrets`, mode 0600."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from yab.errors import ConfigError
from yab.project import Project

ALPHABET = string.ascii_letters + string.digits
_RANDOM = re.compile(r"\{random:(\d+)\}")
_SECRET = re.compile(r"\{secret:([\w-]+)\.(\w+)\}")


def ensure(root: Path, project: Project) -> dict[str, dict[str, str]]:
    """Secret name (`<component>-env`) → key → value; what is missing is made and written.

    A random part is made once for its key and kept. Raises ConfigError for a damaged file or a
    reference that leads back to itself, OSError where the disk refuses.
    """
    folder = root / ".yab" / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _alone(folder):
        values = _Values(project, _read(folder / "random.json"))
        found = {
            f"{name}-env": {key: values.of(name, key) for key in component.secrets}
            for name, component in project.components.items()
            if component.secrets
        }
        if values.grown:
            _write(folder / "random.json", values.kept)
    return found


class _Values:
    """Resolves templates; `kept` holds the random parts by `component.KEY`."""

    def __init__(self, project: Project, kept: dict[str, str]) -> None:
        self.kept = kept
        self.grown = False
        self._project = project
        self._open: list[str] = []

    def of(self, component: str, key: str) -> str:
        name = f"{component}.{key}"
        if name in self._open:
            ring = " → ".join((*self._open, name))
            raise ConfigError(
                f"yab.toml: components.{component}.secrets.{key}",
                f"refers to itself: {ring}",
                "break the ring",
            )
        self._open.append(name)
        text = self._project.components[component].secrets[key]
        text = _RANDOM.sub(lambda match: self._random(name, int(match[1])), text)
        text = _SECRET.sub(lambda match: self.of(match[1], match[2]), text)
        self._open.pop()
        return text

    def _random(self, name: str, length: int) -> str:
        if len(self.kept.get(name, "")) != length:
            self.kept[name] = "".join(secrets.choice(ALPHABET) for _ in range(length))
            self.grown = True
        return self.kept[name]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: two that start together must not make two passwords."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        todo = "restore it; or remove it and the data made with it: yab down --volumes"
        raise ConfigError(str(path), "is damaged", todo)
    path.chmod(0o600)
    return found


def _write(path: Path, values: Mapping[str, str]) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
