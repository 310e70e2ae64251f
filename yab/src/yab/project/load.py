"""Reads `yab.toml`. Every mistake is named by its path; all of them are told at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from yab.errors import ConfigError, Problems, YabError
from yab.project import checks
from yab.project.model import FILE, Component, Environment, Project
from yab.project.tables import ComponentTable, EnvironmentTable, Name

REFERENCE = "see the comments in yab.toml, or docs/yab.schema.json"
_UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_AT = re.compile(r" - at `\$?(.*)`$")

T = TypeVar("T")


def find_root(start: Path | None = None) -> Path:
    """The folder of the nearest `yab.toml` at or above `start`. ConfigError where there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise ConfigError(str(here), f"there is no {FILE} here or above", "change into a clone, or pass --root DIR")


def load(root: Path) -> Project:
    """The project in `root`. ConfigError, or Problems where there are several."""
    raw = _read(root)
    errors: list[YabError] = []
    for key in raw.keys() - {"name", "prefix", "environments", "components"}:
        errors.append(unknown_key("", key, ["name", "prefix", "environments", "components"]))
    name, prefix = _name(raw, "name", errors), _name(raw, "prefix", errors)
    tables = _tables(raw, "environments", EnvironmentTable, errors)
    parts = _tables(raw, "components", ComponentTable, errors)
    _raise(errors)
    assert name and prefix  # noqa: PT018 - missing ones were raised above
    project = Project(
        root,
        name,
        prefix,
        {key: _environment(key, table) for key, table in tables.items()},
        {key: _component(key, table) for key, table in parts.items()},
    )
    _raise(list(checks.check(project)))
    return project


def unknown_key(path: str, key: str, known: list[str]) -> ConfigError:
    """The error for a key that nobody reads, with the one that was probably meant."""
    close = difflib.get_close_matches(key, known, 1)
    todo = f"did you mean {close[0]}?" if close else f"use one of: {', '.join(known)}"
    return ConfigError(f"{FILE}: {path}{key}", "unknown key", todo)


def _read(root: Path) -> dict[str, Any]:
    path = root / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(str(path), "does not exist", "change into a clone, or pass --root DIR") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(FILE, f"is not valid TOML: {error}", "mend that place") from None
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}", "mend its permissions") from None


def _tables(raw: Mapping[str, Any], key: str, kind: type[T], errors: list[YabError]) -> dict[str, T]:
    tables = raw.get(key, {})
    if not isinstance(tables, dict):
        errors.append(ConfigError(f"{FILE}: {key}", "expected tables", f"write [{key}.NAME]"))
        return {}
    found = {}
    for name, table in tables.items():
        _convert(name, Name, f"{key}.{name}", errors)
        value = _convert(table, kind, f"{key}.{name}", errors)
        if value is not None:
            found[name] = value
    return found


def _convert(value: object, kind: Any, path: str, errors: list[YabError]) -> Any:  # noqa: ANN401 - as msgspec
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        errors.append(_explain(str(error), value, kind, path))
        return None


def _explain(message: str, value: object, kind: Any, path: str) -> ConfigError:  # noqa: ANN401 - as msgspec
    at = _AT.search(message)
    inner = _named(at.group(1) if at else "", value)
    text = _AT.sub("", message)
    if match := _UNKNOWN.match(text):
        return unknown_key(f"{path}{inner}.", match[1], _fields(kind, inner))
    if match := _MISSING.match(text):
        return ConfigError(f"{FILE}: {path}{inner}.{match[1]}", "is missing", REFERENCE)
    words = text.replace("`", "").replace("Expected", "expected").replace("Invalid enum value", "unknown value")
    return ConfigError(f"{FILE}: {path}{inner}", words.replace("str matching regex", "a name like"), REFERENCE)


def _named(inner: str, value: object) -> str:
    """msgspec writes `[...]` for a key of a dict; name the key where there is one candidate."""
    if "[...]" not in inner or not isinstance(value, dict):
        return inner
    before, _, after = inner.partition("[...]")
    table: Any = value
    for part in filter(None, before.split(".")):
        table = table.get(part, {})
    keys = ",".join(str(key) for key in table) if isinstance(table, dict) else "…"
    return f"{before}.{keys}{after}"


def _fields(kind: Any, inner: str) -> list[str]:  # noqa: ANN401 - as msgspec
    from yab.project.tables import Local, LocalContainer

    last = LocalContainer if ".containers" in inner else Local if inner.endswith(".local") else kind
    return list(getattr(last, "__struct_fields__", ()))


def _name(raw: Mapping[str, Any], key: str, errors: list[YabError]) -> str | None:
    if key in raw:
        found: str | None = _convert(raw[key], Name, key, errors)
        return found
    errors.append(ConfigError(f"{FILE}: {key}", "is missing", REFERENCE))
    return None


def _environment(name: str, table: EnvironmentTable) -> Environment:
    return Environment(name, table.domain, table.scheme, table.port, table.context)


def _component(name: str, table: ComponentTable) -> Component:
    return Component(
        name,
        Path(table.chart),
        tuple(table.needs),
        tuple(table.environments) if table.environments is not None else None,
        table.namespace,
        table.secrets,
        table.local,
    )


def _raise(errors: list[YabError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Problems(errors)


def problems(error: YabError) -> Iterator[YabError]:
    """The single errors in an error."""
    yield from error.errors if isinstance(error, Problems) else (error,)
