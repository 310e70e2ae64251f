"""Reads `yab.toml`. Every mistake is named by its path; all of them are told at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from yab.errors import ConfigError, Problems, YabError
from yab.project import checks
from yab.project.model import FILE, Component, Environment, Project
from yab.project.tables import DOMAIN, KEY, NAME, VARIABLE, ComponentTable, EnvironmentTable, Name

REFERENCE = "see the comments in yab.toml, or docs/yab.schema.json"
_UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_AT = re.compile(r" - at (?:`\$?(?P<at>[^`]*)`|`key` in `\$?(?P<table>[^`]*)`)$")
_STEP = re.compile(r"\.(\w+)|\[(\.\.\.|\d+)\]")
# msgspec's words in those of the people who write the file.
WORDS = {
    "`": "",
    "Expected": "expected",
    "Invalid enum value": "unknown value",
    "object": "table",
    f"str matching regex {NAME!r}": "a name of a-z, 0-9 and -, beginning with a letter",
    f"str matching regex {DOMAIN!r}": "a domain like shop.example.dev",
    f"str matching regex {KEY!r}": "a key of letters, digits, -, _ and .",
    f"str matching regex {VARIABLE!r}": "a variable's name",
}

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
    return parse(root, _read(root))


def parse(root: Path, text: str) -> Project:
    """The project that a text for `yab.toml` describes. ConfigError, or Problems where there are several."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(FILE, f"is not valid TOML: {error}", "mend that place") from None
    errors: list[YabError] = []
    for key in raw.keys() - {"name", "prefix", "environments", "components"}:
        errors.append(unknown_key("", key, ["name", "prefix", "environments", "components"]))
    name, prefix = _name(raw, "name", errors), _name(raw, "prefix", errors)
    tables = _tables(raw, "environments", EnvironmentTable, errors)
    if not raw.get("environments", tables):
        errors.append(ConfigError(f"{FILE}: environments", "is missing", "write [environments.local]"))
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


def _read(root: Path) -> str:
    path = root / FILE
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(str(path), "does not exist", "change into a clone, or pass --root DIR") from None
    except UnicodeDecodeError as error:
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
    inner = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in _path(message, value, kind))
    text = _AT.sub("", message)
    if match := _UNKNOWN.match(text):
        return unknown_key(f"{path}{inner}.", match[1], _fields(kind, inner))
    if match := _MISSING.match(text):
        return ConfigError(f"{FILE}: {path}{inner}.{match[1]}", "is missing", REFERENCE)
    for pattern, words in WORDS.items():
        text = text.replace(pattern, words)
    return ConfigError(f"{FILE}: {path}{inner}", text, REFERENCE)


def _path(message: str, value: Any, kind: Any) -> list[str | int]:  # noqa: ANN401 - as msgspec
    """Where the error is. msgspec writes `[...]` for a key of a table: the one that alone gives the same error."""
    match, path = _AT.search(message), list[str | int]()
    at = "" if not match else match["at"] if match["table"] is None else f"{match['table']}[...]"
    for field, index in _STEP.findall(at):
        if index != "...":
            path.append(field or int(index))
            continue
        table = reduce(getitem, path, value)
        key = next(key for key in table if _complaint(_only(value, path, key), kind) == message)
        value = _only(value, path, key)
        path.append(key)
    return path


def _only(value: Any, path: Sequence[Any], key: str) -> Any:  # noqa: ANN401 - TOML
    """The value, with one key in the table at the path."""
    if not path:
        return {key: value[key]}
    return {**value, path[0]: _only(value[path[0]], path[1:], key)}


def _complaint(value: object, kind: Any) -> str:  # noqa: ANN401 - as msgspec
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


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
    return Environment(name, table.domain, table.scheme, table.port, table.context, table.namespaces)


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
