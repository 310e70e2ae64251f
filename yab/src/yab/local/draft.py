"""The first half of planning: which pods there are, what they were told, and which ports they get.

Service addresses can only be known once every pod has its ports, so texts stay as the chart wrote them
here, and `plan` rewrites them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from yab.errors import ConfigError
from yab.local import volumes
from yab.local.addresses import PLACEHOLDER, mentions_own_port
from yab.local.environment import Identity, Sources, resolve
from yab.local.model import Volume
from yab.project import Component, Local

Raw = Mapping[str, Any]
Allocate = Callable[[str], int]


@dataclass(frozen=True)
class DraftContainer:
    """A container as the chart wrote it: `command` is a template of yab.toml or texts of the chart."""

    name: str
    raw: Raw
    where: str
    env: dict[str, str]
    mounts: dict[str, str]
    template: Sequence[str] = ()
    texts: Sequence[str] = ()
    local_env: Mapping[str, str] = field(default_factory=dict)
    watch: Sequence[str] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    stop_signal: str = "SIGTERM"


@dataclass(frozen=True)
class DraftPod:
    """One replica of a workload before its texts are rewritten."""

    identity: Identity
    spec: Raw
    volumes: dict[str, Volume]
    init: list[DraftContainer]
    containers: list[DraftContainer]


@dataclass
class Drafter:
    """Makes draft pods; keeps which literal ports are taken so that two processes never share one."""

    state: Path
    allocate: Allocate
    watch: bool
    literal: dict[int, str] = field(default_factory=dict)

    def pods(self, component: Component, raw: Raw, sources: Sources, replicas: int) -> list[DraftPod]:
        """The pods of a workload or Job, named `<workload>-<number>`."""
        template = raw["spec"]["template"] if raw["kind"] != "Pod" else raw
        claims = [claim["metadata"]["name"] for claim in raw["spec"].get("volumeClaimTemplates") or []]
        return [self._pod(component, raw, template, claims, sources, number) for number in range(replicas)]

    def _pod(
        self, component: Component, raw: Raw, template: Raw, claims: list[str], sources: Sources, number: int
    ) -> DraftPod:
        metadata, spec = template.get("metadata") or {}, template["spec"]
        identity = Identity(
            f"{raw['metadata']['name']}-{number}",
            raw["metadata"].get("namespace") or component.namespace,
            metadata.get("labels") or {},
            metadata.get("annotations") or {},
            spec.get("serviceAccountName") or "default",
        )
        where = f"{component.chart} {raw['kind']}/{raw['metadata']['name']}"
        found = volumes.of_pod(spec, claims, sources, identity, self.state, where)

        def drafts(key: str) -> list[DraftContainer]:
            return [
                self._container(component, container, identity, found, sources, f"{where}.{key}[{index}]")
                for index, container in enumerate(spec.get(key) or [])
            ]

        return DraftPod(identity, spec, found, drafts("initContainers"), drafts("containers"))

    def _container(
        self,
        component: Component,
        raw: Raw,
        pod: Identity,
        found: Mapping[str, Volume],
        sources: Sources,
        where: str,
    ) -> DraftContainer:
        template, texts, local_env, watch = self._command(component, raw, where)
        default = component.local.stop_signal if component.local else "SIGTERM"
        draft = DraftContainer(
            raw["name"],
            raw,
            where,
            resolve(raw, sources, pod, where),
            volumes.mounts(raw, found, where),
            template,
            texts,
            local_env,
            watch,
            stop_signal=(raw.get("lifecycle") or {}).get("stopSignal", default),
        )
        return replace(draft, ports=self._ports(draft, pod))

    def _command(
        self, component: Component, raw: Raw, where: str
    ) -> tuple[Sequence[str], Sequence[str], Mapping[str, str], Sequence[str]]:
        """(template of yab.toml, texts of the chart, extra environment, watched folders)."""
        local = component.local or Local()
        args = [str(word) for word in raw.get("args") or []]
        own = local.containers.get(raw["name"])
        if own and own.command:
            return own.command, args, {**local.env, **own.env}, own.watch if self.watch else ()
        if raw.get("command"):
            return (), [str(word) for word in raw["command"]] + args, local.env, ()
        command = local.dev if self.watch and local.dev else local.command
        if not command:
            raise ConfigError(
                where,
                f"container {raw['name']} has no command, and an image cannot run here",
                f"say how in yab.toml: [components.{component.name}.local] command = […]",
            )
        return command, args, local.env, local.watch if self.watch else ()

    def _ports(self, draft: DraftContainer, pod: Identity) -> dict[str, int]:
        ports: dict[str, int] = {}
        for entry in draft.raw.get("ports") or []:
            number, name = int(entry["containerPort"]), str(entry.get("name") or "")
            if entry.get("protocol", "TCP") != "TCP":
                continue
            if _movable(draft, name, number):
                local = self.allocate(f"{pod.name}/{draft.name}/{number}")
            else:
                local = self._claim(number, draft.where)
            ports[str(number)] = local
            if name:
                ports[name] = local
        return ports

    def _claim(self, port: int, where: str) -> int:
        if port in self.literal:
            raise ConfigError(
                where,
                f"port {port} is already used by {self.literal[port]}",
                "give the container a local command with {port:NAME} in yab.toml, so that its port can move",
            )
        self.literal[port] = where
        return port


def _movable(draft: DraftContainer, name: str, number: int) -> bool:
    """Whether the process can be told another port: a placeholder, its own address, or a PORT variable."""
    wanted = {match[2] for match in _placeholders((*draft.template, *draft.local_env.values()))}
    if {name, str(number)} & wanted:
        return True
    if any(is_port_variable(key, value, number) for key, value in draft.env.items()):
        return True
    return mentions_own_port((*draft.texts, *draft.env.values()), number)


def is_port_variable(key: str, value: str, number: int) -> bool:
    """`PORT=8080` and `HTTP_PORT=8080` tell a process its own port."""
    return value == str(number) and (key == "PORT" or key.endswith("_PORT"))


def _placeholders(texts: Iterable[str]) -> Iterable[Any]:
    for text in texts:
        yield from PLACEHOLDER.finditer(text)
