"""Charts with their `file://` libraries inside, in a copy: Helm reads libraries only from `charts/`.

The copy lies below `.yab/charts`, keyed by the contents of chart and libraries, so an unchanged chart
is copied once and the chart folders themselves are never written to.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import yaml

from yab.errors import ConfigError
from yab.manifests import text

CHART = "Chart.yaml"
BUILT = "charts"


def assembled(chart: Path, cache: Path) -> Path:
    """A folder from which Helm can load the chart; its path holds a hash of all that is in it.

    Raises ConfigError that names what is wrong with the chart, OSError where the cache cannot be written.
    """
    contents = dict(_contents(chart, PurePath()))
    digest = hashlib.sha256()
    for name, path in sorted(contents.items()):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    target = cache / digest.hexdigest()[:16] / chart.name
    if not target.exists():
        _copy(contents, target)
    return target


def kube_version(chart: Path) -> str:
    """The Kubernetes versions that the chart says it is for; empty: any."""
    return str(_metadata(chart).get("kubeVersion") or "")


def source(chart: Path, place: str) -> Path:
    """The file that Helm calls `place` (`<chart>/charts/<library>/templates/x.yaml:3`), where its author wrote it."""
    parts = PurePath(place).parts[1:]
    while parts[:1] == (BUILT,):
        libraries = {_metadata(folder).get("name"): folder for _, folder in _libraries(chart)}
        if parts[1] not in libraries:
            break
        chart, parts = libraries[parts[1]], parts[2:]
    return chart.joinpath(*parts)


def _copy(contents: dict[PurePath, Path], target: Path) -> None:
    temporary = target.parent.with_name(f"{target.parent.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    for name, path in contents.items():
        copy = temporary / target.name / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    try:
        temporary.rename(target.parent)
    except OSError:
        # Another process made the same copy meanwhile.
        shutil.rmtree(temporary)
        if not target.exists():
            raise


def _contents(chart: Path, at: PurePath, above: tuple[Path, ...] = ()) -> Iterator[tuple[PurePath, Path]]:
    """Every file of the assembled chart: its name in the copy, and where it is."""
    libraries = dict(_libraries(chart))
    if chart in above:
        raise ConfigError(f"{chart}/{CHART}: dependencies", "leads back to itself", "break the ring")
    for path in sorted(chart.rglob("*")):
        name = path.relative_to(chart)
        if path.is_file() and name.parts[0] != "ci" and not _is_built(name, libraries):
            yield at / name, path
    for library in libraries.values():
        yield from _contents(library, at / BUILT / library.name, (*above, chart))


def _is_built(name: PurePath, libraries: dict[str, Path]) -> bool:
    """Whether `helm dependency build` made the file from a library that is read at its source."""
    if name.parts[0] != BUILT or len(name.parts) < 2:
        return False
    return any(re.fullmatch(rf"{re.escape(library)}(-\d.*\.tgz)?", name.parts[1]) for library in libraries)


def _libraries(chart: Path) -> Iterator[tuple[str, Path]]:
    """The `file://` dependencies, name and folder. Others must have been fetched into `charts/`."""
    for dependency in _metadata(chart).get("dependencies") or []:
        if not isinstance(dependency, dict):
            raise ConfigError(f"{chart}/{CHART}: dependencies", "expected name, version and repository", "write them")
        name, repository = str(dependency.get("name")), str(dependency.get("repository") or "")
        wanted, where = str(dependency.get("version")), f"{chart}/{CHART}: dependencies.{name}"
        if not repository.startswith("file://"):
            if not [*chart.glob(f"{BUILT}/{name}/{CHART}"), *chart.glob(f"{BUILT}/{name}-*.tgz")]:
                raise ConfigError(where, f"is not in {BUILT}/", f"fetch it: helm dependency build {chart}")
            continue
        folder = Path(os.path.normpath(chart / repository.removeprefix("file://")))
        version = str(_metadata(folder).get("version"))
        if wanted != version:
            raise ConfigError(where, f"wants {wanted}, the library is {version}", "make them equal")
        yield name, folder


def _metadata(chart: Path) -> dict[str, Any]:
    path = chart / CHART
    try:
        found = text.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(str(path), "does not exist", "name a chart's folder") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is not valid YAML: {' '.join(str(error).split())}", "mend that place") from None
    if not isinstance(found, dict):
        raise ConfigError(str(path), "expected keys and values", "write `key: value` lines")
    return found
