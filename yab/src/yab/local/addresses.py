"""Where things are on this machine: the texts of a pod spec rewritten from cluster places to local ones.

A container believes in mount paths, Service names and its own ports; here those are folders below
`.yab/`, and ports on 127.0.0.1. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yab.errors import ConfigError
from yab.local.model import HOST

SCHEME_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "postgres": 5432, "redis": 6379, "amqp": 5672}
PLACEHOLDER = re.compile(r"\{(port|mount):([^{}]+)\}")
_OWN = r"(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\])"


@dataclass(frozen=True)
class Places:
    """The local counterparts of what one container's texts name.

    `mounts` maps a mountPath to a folder, `ports` a container port's name and number to a local port,
    `services` a DNS name to its ports, `hosts` a public `host:port` to what is reachable here.
    """

    mounts: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    services: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def rewrite(self, text: str) -> str:
        """A chart's text as it must read here: mounts, own ports, Services, public hosts."""
        text = _rewrite_mounts(text, self.mounts)
        text = _rewrite_own_ports(text, self.ports)
        text = _rewrite_services(text, self.services)
        for public, local in self.hosts.items():
            text = re.sub(rf"(?<![\w.-]){re.escape(public)}(?!\d)", local, text)
        return text

    def fill(self, text: str, where: str) -> str:
        """A text of yab.toml with `{port:NAME}` and `{mount:/path}` filled in.

        Raises ConfigError where the pod has no such port or mount.
        """

        def found(match: re.Match[str]) -> str:
            kind, name = match.groups()
            if kind == "port":
                if name not in self.ports:
                    raise _unknown(where, match.group(), "container port", self.ports)
                return str(self.ports[name])
            local = _local_path(name, self.mounts)
            if local is None:
                raise _unknown(where, match.group(), "mount", self.mounts)
            return local

        return PLACEHOLDER.sub(found, text)


def service_names(name: str, namespace: str) -> list[str]:
    """The DNS names of a Service that a pod of the same cluster can use."""
    short = f"{name}.{namespace}"
    return [name, short, f"{short}.svc", f"{short}.svc.cluster.local"]


def mentions_own_port(texts: Iterable[str], port: int) -> bool:
    """Whether a text binds or calls the container's own port, so that it can be moved."""
    own = re.compile(rf"{_OWN}:{port}(?!\d)")
    return any(own.search(text) for text in texts)


def _unknown(where: str, placeholder: str, thing: str, known: Mapping[str, object]) -> ConfigError:
    names = ", ".join(sorted(known)) or "none"
    return ConfigError(where, f"{placeholder} names no {thing} of the pod", f"use one of: {names}")


def _local_path(path: str, mounts: Mapping[str, str]) -> str | None:
    for mount in sorted(mounts, key=len, reverse=True):
        if path == mount or path.startswith(mount.rstrip("/") + "/"):
            return mounts[mount] + path[len(mount.rstrip("/")) :]
    return None


def _rewrite_mounts(text: str, mounts: Mapping[str, str]) -> str:
    if not mounts or "/" not in text:
        return text
    longest_first = sorted((mount.rstrip("/") for mount in mounts), key=len, reverse=True)
    pattern = rf"(?<![\w.\-])({'|'.join(map(re.escape, longest_first))})(?=$|[^\w.\-])"
    local = {mount.rstrip("/"): path for mount, path in mounts.items()}
    return re.sub(pattern, lambda match: local[match.group(1)], text)


def _rewrite_own_ports(text: str, ports: Mapping[str, int]) -> str:
    def found(match: re.Match[str]) -> str:
        local = ports.get(match.group(1))
        return match.group() if local is None else f"{HOST}:{local}"

    return re.sub(rf"{_OWN}:(\d+)", found, text)


def _rewrite_services(text: str, services: Mapping[str, Mapping[int, int]]) -> str:
    if not services:
        return text
    names = "|".join(re.escape(name) for name in sorted(services, key=len, reverse=True))

    def found(match: re.Match[str]) -> str:
        ports = services[match["name"]]
        wanted = match["port"] or SCHEME_PORTS.get(match["scheme"] or "")
        local = ports.get(int(wanted)) if wanted else None
        return match.group() if local is None else f"{match['before']}{HOST}:{local}"

    pattern = (
        rf"(?P<before>(?:(?P<scheme>[a-z]+)(?:\+[a-z0-9]+)?://(?:[^\s/@]*@)?)|(?<![\w.\-]))"
        rf"(?P<name>{names})(?![\w\-]|\.\w)(?::(?P<port>\d+))?"
    )
    return re.sub(pattern, found, text)
