"""Secrets and ConfigMaps that rendered objects need and nobody supplies, found before anything is applied.

Which references are required, and which objects they name: Kubernetes API reference, core/v1 PodSpec.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from yab.cluster.reading import Object, containers, items, mapping, name, pod_spec, text, value

Keys = Mapping[tuple[str, str], AbstractSet[str]]  # of (namespace, name)
Place = tuple[str, str, str]  # kind, namespace, name

_REGISTRY = "docker-registry --docker-server=… --docker-username=… --docker-password=…"
_FIELDS = {"Secret": ("data", "stringData"), "ConfigMap": ("data", "binaryData")}


@dataclass(frozen=True)
class Missing:
    """A key, or with no key the whole object, that is not there."""

    where: str  # all that need it: `Deployment yab-api (container api)`
    object: str  # `Secret apps/api-env`
    key: str | None
    todo: str
    warning: bool = False  # things work without it, though not as meant

    def __str__(self) -> str:
        what = f": key {self.key}" if self.key else ""
        return f"{self.object}{what} is missing, needed by {self.where}"


@dataclass(frozen=True)
class Need:
    """A reference to a Secret or ConfigMap; without a key, to all of it."""

    place: Place
    key: str | None
    where: str
    warning: bool = False
    made_by: str = ""  # how `kubectl create` makes the object, where its keys do not tell


def missing(objects: Sequence[Object], secrets: Keys, configmaps: Keys, *, namespace: str = "default") -> list[Missing]:
    """Everything that pods need and neither the cluster nor the objects themselves supply, sorted.

    `secrets` and `configmaps` are the keys that the cluster has; `namespace` is that of objects which name
    none. Optional references count for nothing.
    """
    supplied = _rendered(objects, namespace)
    for kind, cluster in (("Secret", secrets), ("ConfigMap", configmaps)):
        for (of, called), keys in cluster.items():
            supplied[kind, of, called] = supplied.get((kind, of, called), frozenset()) | keys
    wanting: dict[Place, list[Need]] = defaultdict(list)
    for item in objects:
        for need in _needs(item, text(item, "metadata", "namespace") or namespace):
            keys_there = supplied.get(need.place)
            if keys_there is None or (need.key is not None and need.key not in keys_there):
                wanting[need.place].append(need)
    told = [found for place, needs in wanting.items() for found in _told(place, needs, exists=place in supplied)]
    return sorted(told, key=lambda found: (found.warning, found.object, found.key or ""))


def _rendered(objects: Sequence[Object], namespace: str) -> dict[Place, frozenset[str]]:
    found: dict[Place, frozenset[str]] = {}
    for item in objects:
        kind = text(item, "kind")
        keys = (key for field in _FIELDS.get(kind, ()) for key in mapping(item, field))
        if kind in _FIELDS:
            found[kind, text(item, "metadata", "namespace") or namespace, name(item)] = frozenset(keys)
    return found


def _needs(item: Object, of: str) -> Iterator[Need]:
    where, spec = f"{text(item, 'kind')} {name(item)}", pod_spec(item)
    for container in containers(spec):
        for place, key in _of_container(container, of):
            yield Need(place, key, f"{where} (container {text(container, 'name')})")
    for volume in items(spec, "volumes"):
        for place, key in _of_volume(volume, of):
            yield Need(place, key, f"{where} (volume {text(volume, 'name')})")
    for secret in items(spec, "imagePullSecrets"):
        for place in _place("Secret", of, secret, "name"):
            yield Need(place, None, f"{where} (imagePullSecrets)", made_by=_REGISTRY)
    if text(item, "kind") == "Ingress":
        for tls in items(item, "spec", "tls"):
            # The controller serves a certificate of its own until this one is there.
            for place in _place("Secret", of, tls, "secretName"):
                yield Need(place, None, where, warning=True, made_by="tls --cert=… --key=…")


def _of_container(container: Object, of: str) -> Iterator[tuple[Place, str | None]]:
    for variable in items(container, "env"):
        for kind, field in (("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")):
            reference = mapping(variable, "valueFrom", field)
            yield from ((place, text(reference, "key") or None) for place in _place(kind, of, reference, "name"))
    for source in items(container, "envFrom"):
        for kind, field in (("Secret", "secretRef"), ("ConfigMap", "configMapRef")):
            yield from ((place, None) for place in _place(kind, of, mapping(source, field), "name"))


def _of_volume(volume: Object, of: str) -> Iterator[tuple[Place, str | None]]:
    yield from _of_files("Secret", of, mapping(volume, "secret"), "secretName")
    yield from _of_files("ConfigMap", of, mapping(volume, "configMap"), "name")
    for source in items(volume, "projected", "sources"):
        yield from _of_files("Secret", of, mapping(source, "secret"), "name")
        yield from _of_files("ConfigMap", of, mapping(source, "configMap"), "name")


def _of_files(kind: str, of: str, reference: Object, field: str) -> Iterator[tuple[Place, str | None]]:
    for place in _place(kind, of, reference, field):
        yield from ((place, text(item, "key") or None) for item in items(reference, "items") or [{}])


def _place(kind: str, of: str, reference: Object, field: str) -> Iterator[Place]:
    """What a reference names, unless it is optional or there is none."""
    if text(reference, field) and value(reference, "optional") is not True:
        yield kind, of, text(reference, field)


def _told(place: Place, needs: Sequence[Need], *, exists: bool) -> Iterator[Missing]:
    kind, of, called = place
    todo = _todo(place, needs, exists=exists)
    for key in {need.key for need in needs}:
        same = [need for need in needs if need.key == key]
        where = ", ".join(sorted({need.where for need in same}))
        yield Missing(where, f"{kind} {of}/{called}", key, todo, warning=all(need.warning for need in same))


def _todo(place: Place, needs: Sequence[Need], *, exists: bool) -> str:
    """The command that adds all that is missing of one object."""
    kind, of, called = place
    keys = sorted({need.key for need in needs if need.key})
    if exists:
        values = ",".join(f'"{key}":"…"' for key in keys)
        field = "stringData" if kind == "Secret" else "data"
        return f"kubectl -n {of} patch {kind.lower()} {called} -p '{{\"{field}\":{{{values}}}}}'"
    made = next((need.made_by for need in needs if need.made_by), "")
    type_, _, flags = made.partition(" ")
    if not made:
        type_, flags = "generic", " ".join(f"--from-literal={key}=…" for key in keys or ["KEY"])
    return f"kubectl -n {of} create {f'secret {type_}' if kind == 'Secret' else 'configmap'} {called} {flags}"
