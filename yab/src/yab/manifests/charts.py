"""Charts with their `file://` libraries inside, in a copy: Helm reads libraries only from `charts/`.

The copy lies below `.yab/charts`, keyed by the contents of chart and libraries, so an unchanged chart
is copied once and the chart folders themselves are never written to.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from yab.errors import ConfigError
from yab.manifests import text

CHART = "Chart.yaml"


def assembled(chart: Path, cache: Path) -> Path:
    """A folder from which Helm can load the chart; its path holds a hash of all that is in it.

    Raises ConfigError that names what is wrong with the chart.
    """
    libraries = list(_libraries(chart))
    digest = hashlib.sha256()
    for folder in (chart, *libraries):
        for path in _files(folder):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    target = cache / digest.hexdigest()[:16] / chart.name
    if not target.exists():
        _copy(chart, libraries, target)
    return target


def _copy(chart: Path, libraries: list[Path], target: Path) -> None:
    temporary = target.parent.with_name(f"{target.parent.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    _copy_folder(chart, temporary / chart.name)
    for library in libraries:
        _copy_folder(library, temporary / chart.name / "charts" / library.name)
    try:
        temporary.rename(target.parent)
    except OSError:
        # Another process made the same copy meanwhile.
        shutil.rmtree(temporary)
        if not target.exists():
            raise


def _copy_folder(source: Path, target: Path) -> None:
    for path in _files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _libraries(chart: Path) -> Iterator[Path]:
    metadata = _metadata(chart)
    for dependency in metadata.get("dependencies") or []:
        repository = str(dependency.get("repository", ""))
        where = f"{chart}/{CHART}: dependencies.{dependency.get('name')}"
        if not repository.startswith("file://"):
            raise ConfigError(
                where, f"{repository or 'no repository'} is not a folder", "vendor the chart, use file://"
            )
        folder = (chart / repository.removeprefix("file://")).resolve()
        version = _metadata(folder).get("version")
        if str(dependency.get("version")) != str(version):
            raise ConfigError(where, f"wants {dependency.get('version')}, the library is {version}", "make them equal")
        yield folder


def _metadata(chart: Path) -> dict[str, Any]:
    path = chart / CHART
    try:
        found: dict[str, Any] = text.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(str(path), "does not exist", "name a chart's folder") from None
    except yaml.YAMLError as error:
        raise ConfigError(str(path), f"is not valid YAML: {_line(error)}", "mend that place") from None
    return found


def _line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())


def _files(folder: Path) -> list[Path]:
    """What belongs to a chart; built dependencies and test value sets are not rendered."""
    skipped = {"charts", "ci"}
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in skipped
    )
