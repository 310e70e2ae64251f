"""YAML read and written: the 1.2 way for dates, byte-stable on the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from yab.manifests.objects import Manifest, Release


class _Loader(yaml.CSafeLoader):
    """Reads dates as text, as Helm's own YAML does."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in entries if tag != "tag:yaml.org,2002:timestamp"]
    for first, entries in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def load_all(text: str) -> list[dict[str, Any]]:
    """The objects of a multi-document text, empty documents left out. yaml.YAMLError as it comes."""
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
    return yaml.dump(dict(manifest.raw), Dumper=yaml.CSafeDumper, sort_keys=False, width=120, allow_unicode=True)
