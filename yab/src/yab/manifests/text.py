"""YAML as Helm reads it (sigs.k8s.io/yaml over go-yaml 2), and written so that no reader takes it for something else.

PyYAML alone would read `12:30` as 750, `1e3` as text and `y` as text; Kubernetes reads text, 1000 and true.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import yaml

from yab.manifests.objects import Manifest, Release

_TAG = "tag:yaml.org,2002:"
_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
# Tag, pattern, and what a text of that tag begins with (go-yaml 2, resolve.go).
_SCALARS = (
    ("bool", "|".join((*_TRUE, *_FALSE)), "yYnNtTfFoO"),
    ("int", r"[-+]?(?:0[bB][01_]+|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[0-7_]*|[1-9][\d_]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
)


class _Loader(yaml.CSafeLoader):
    """Every key is text, as in JSON, through which Helm reads."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        node.value = [(self._text(key), value) for key, value in node.value]
        return super().construct_mapping(node, deep)

    def _text(self, key: yaml.Node) -> yaml.Node:
        if key.tag in (f"{_TAG}str", f"{_TAG}merge") or not isinstance(key, yaml.ScalarNode):
            return key
        return yaml.ScalarNode(f"{_TAG}str", json.dumps(self.construct_object(key)), key.start_mark, key.end_mark)


class _Dumper(yaml.CSafeDumper):
    """Quotes every text that Helm, or any other reader of YAML 1.1 or 1.2, would take for something else."""


def _number(text: str) -> int | float | str:
    plain = text.replace("_", "").lower()
    for base in (0, 8):  # 014 is octal in YAML 1.1
        with suppress(ValueError):
            return int(plain, base)
    try:
        found = float(plain.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    if math.isinf(found) and "inf" not in plain:
        return text
    # JSON knows one kind of number: Go writes 1e3 as 1000.
    return int(found) if found.is_integer() and abs(found) < 1e21 else found


for _name, _pattern, _first in _SCALARS:
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
_Loader.add_constructor(f"{_TAG}bool", lambda _, node: node.value in _TRUE)
_Loader.add_constructor(f"{_TAG}int", lambda _, node: _number(node.value))
_Loader.add_constructor(f"{_TAG}float", lambda _, node: _number(node.value))
_Loader.add_constructor(f"{_TAG}merge", lambda _, node: node.value)


def load_all(text: str) -> list[Any]:
    """The documents of a text, empty ones left out. yaml.YAMLError as it comes."""
    return [document for document in yaml.load_all(text, _Loader) if document]


def load(text: str) -> Any:  # noqa: ANN401 - YAML is anything
    """One document. yaml.YAMLError as it comes."""
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader


def to_yaml(releases: Iterable[Release]) -> str:
    """All objects of the releases, hooks first, each with the template it comes from."""
    return "".join(
        f"---\n# Source: {manifest.template}\n{_dump(manifest)}"
        for release in releases
        for manifest in (*(hook.manifest for hook in release.hooks), *release.manifests)
    )


def _dump(manifest: Manifest) -> str:
    return yaml.dump(dict(manifest.raw), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
