"""Values of an environment: the overlay's file over the chart's own, as `helm -f` merges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from yab.errors import ConfigError
from yab.manifests import text


def overlay_file(root: Path, environment: str, component: str) -> Path:
    """Where an environment says what differs for a component."""
    return root / "k8s" / "overlays" / environment / "values" / f"{component}.yaml"


def read(path: Path, root: Path) -> dict[str, Any]:
    """A values file, empty where there is none. ConfigError for a broken one."""
    where = str(path.relative_to(root))
    try:
        found = text.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(where, f"cannot be read: {error.strerror}", "mend that file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(where, f"is not valid YAML: {' '.join(str(error).split())}", "mend that place") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ConfigError(where, "expected keys and values", "write `key: value` lines")
    return found


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, maps merged at every depth; null stays, for Helm to remove the key."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def has(values: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Whether the values say anything at the path (list indexes are numbers as text)."""
    found: Any = values
    for part in path:
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return False
    return bool(path)
