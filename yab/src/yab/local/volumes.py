"""A pod's volumes as folders below `.yab/`: which folder, and which files it starts with."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from yab.errors import ConfigError
from yab.local.environment import Identity, Sources
from yab.local.model import Volume


def of_pod(
    spec: Mapping[str, Any], claims: Iterable[str], sources: Sources, pod: Identity, state: Path, where: str
) -> dict[str, Volume]:
    """The volumes of a pod by name; `claims` are the volumeClaimTemplates of its StatefulSet.

    Persistent ones lie below `<state>/data` and outlive the run; all others are made anew with the pod.
    """
    volumes = {claim: _persistent(state, f"{claim}-{pod.name}") for claim in claims}
    for index, volume in enumerate(spec.get("volumes") or []):
        folder = state / "pods" / pod.name / volume["name"]
        volumes[volume["name"]] = _volume(volume, folder, sources, pod, state, f"{where}.volumes[{index}]")
    return volumes


def mounts(container: Mapping[str, Any], volumes: Mapping[str, Volume], where: str) -> dict[str, str]:
    """mountPath → folder (or file, with a subPath) on this machine. ConfigError for an unknown volume."""
    found = {}
    for index, mount in enumerate(container.get("volumeMounts") or []):
        volume = volumes.get(mount["name"])
        if volume is None:
            raise ConfigError(
                f"{where}.volumeMounts[{index}]",
                f"the pod has no volume {mount['name']}",
                f"use one of: {', '.join(sorted(volumes)) or 'none'}",
            )
        sub_path = mount.get("subPath", "")
        found[mount["mountPath"]] = f"{volume.path}/{sub_path}" if sub_path else volume.path
    return found


def _volume(
    volume: Mapping[str, Any], folder: Path, sources: Sources, pod: Identity, state: Path, where: str
) -> Volume:
    if claim := volume.get("persistentVolumeClaim"):
        return _persistent(state, claim["claimName"])
    if host := volume.get("hostPath"):
        return Volume(host["path"], persistent=True)
    parts = (volume.get("projected") or {}).get("sources") or [volume]
    files: dict[str, str] = {}
    for part in parts:
        files |= _files(part, sources, pod, where)
    secret = any("secret" in part for part in parts)
    return Volume(str(folder), files=files or None, secret=secret)


def _persistent(state: Path, name: str) -> Volume:
    return Volume(str(state / "data" / name), persistent=True)


def _files(part: Mapping[str, Any], sources: Sources, pod: Identity, where: str) -> dict[str, str]:
    for key, kind, name_key in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        if reference := part.get(key):
            name = reference.get(name_key) or reference["name"]
            return _items(reference, sources.of(kind).get(name), f"{kind} {name}", where)
    if downward := part.get("downwardAPI"):
        return {
            item["path"]: pod.field(item["fieldRef"]["fieldPath"]) or ""
            for item in downward.get("items") or []
            if "fieldRef" in item
        }
    return {}


def _items(reference: Mapping[str, Any], data: Mapping[str, str] | None, source: str, where: str) -> dict[str, str]:
    if data is None:
        if reference.get("optional"):
            return {}
        raise ConfigError(where, f"there is no {source}", "add it to the chart, or mark it optional")
    items = reference.get("items")
    if not items:
        return dict(data)
    missing = [item["key"] for item in items if item["key"] not in data]
    if missing and not reference.get("optional"):
        raise ConfigError(where, f"{source} has no key {missing[0]}", "mend the key, or mark it optional")
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data}


def decoded(secret: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a rendered Secret as text (`data` is base64; bytes survive as surrogate escapes)."""
    data = {
        key: base64.b64decode(value).decode("utf-8", "surrogateescape")
        for key, value in (secret.get("data") or {}).items()
    }
    return data | {key: str(value) for key, value in (secret.get("stringData") or {}).items()}


def config_data(config_map: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a rendered ConfigMap as text, binaryData included."""
    binary = {
        key: base64.b64decode(value).decode("utf-8", "surrogateescape")
        for key, value in (config_map.get("binaryData") or {}).items()
    }
    return binary | {key: str(value) for key, value in (config_map.get("data") or {}).items()}
