"""Rendered objects → the plan of the local target: pure, so that most of it is tested without a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yab.local import actions, limits, routes, volumes
from yab.local.addresses import Places, service_names
from yab.local.draft import Allocate, DraftContainer, Drafter, DraftPod, Raw, is_port_variable
from yab.local.environment import Sources, expand
from yab.local.model import (
    Backend,
    Build,
    ComponentPlan,
    Container,
    Job,
    Plan,
    Pod,
    ServicePort,
    Volume,
    Workload,
)
from yab.manifests import Release
from yab.project import Component, Environment, Project

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod")
INSTALL_EVENTS = ("pre-install", "pre-upgrade")
AFTER_EVENTS = ("post-install", "post-upgrade")


@dataclass(frozen=True)
class Options:
    """How `yab up` was called: the public port, whether sources are watched, seconds to wait."""

    port: int
    watch: bool = True
    wait: float = 120


def build(
    project: Project,
    environment: Environment,
    releases: Iterable[Release],
    secrets: Mapping[str, Mapping[str, str]],
    allocate: Allocate,
    options: Options,
    state: Path,
) -> Plan:
    """Plans all given releases, their volumes below `state`.

    `secrets` are the Secrets that no chart renders (name → key → value), `allocate` gives a free local
    port for a key and the same one for the same key. Raises ConfigError that names the object.
    """
    found = [release for release in releases if release.manifests or release.hooks]
    drafter = Drafter(state, allocate, options.watch)
    drafts = [_draft(project, release, secrets, drafter) for release in found]
    pods = [pod for draft in drafts for _, group in draft for pod in group]
    objects = [manifest.raw for release in found for manifest in release.manifests]
    services, names = _services(objects, pods, allocate)
    addresses = _service_addresses(services, pods)
    hosts = _public_hosts(environment, objects, options.port)
    planner = _Planner(project, addresses, hosts, options)
    table = routes.routes(objects, routes.ports_by_name(services, names))
    return Plan(
        root=str(project.root),
        port=options.port,
        ping_port=allocate("gateway/ping"),
        components=[planner.component(release, draft) for release, draft in zip(found, drafts, strict=True)],
        services=services,
        routes=table,
        addresses={host: f"{environment.scheme}://{host}:{options.port}" for host in routes.hosts(table)},
        limits=limits.limits(objects),
        watch=options.watch,
        wait=options.wait,
    )


_Draft = list[tuple[Raw, list[DraftPod]]]


def _draft(project: Project, release: Release, secrets: Mapping[str, Mapping[str, str]], drafter: Drafter) -> _Draft:
    component = project.components[release.component]
    raws = [manifest.raw for manifest in release.manifests]
    hooks = [hook.manifest.raw for hook in release.hooks]
    everything = _sources([*raws, *hooks], secrets)
    # A pre-install hook runs before its release's own objects exist.
    outside = _sources(hooks, secrets)
    minimum = {
        raw["spec"]["scaleTargetRef"]["name"]: raw["spec"].get("minReplicas", 1)
        for raw in raws
        if raw["kind"] == "HorizontalPodAutoscaler"
    }
    found: _Draft = []
    for hook in release.hooks:
        if hook.manifest.kind == "Job" and set(hook.events) & {*INSTALL_EVENTS, *AFTER_EVENTS}:
            sources = outside if "pre-install" in hook.events else everything
            found.append((hook.manifest.raw, drafter.pods(component, hook.manifest.raw, sources, 1)))
    for raw in raws:
        if raw["kind"] in (*WORKLOADS, "Job"):
            replicas = _replicas(raw, minimum)
            found.append((raw, drafter.pods(component, raw, everything, replicas)))
    return found


def _replicas(raw: Raw, minimum: Mapping[str, int]) -> int:
    if raw["kind"] not in ("Deployment", "StatefulSet", "ReplicaSet"):
        return 1
    return int(raw["spec"].get("replicas", minimum.get(raw["metadata"]["name"], 1)))


def _sources(raws: Iterable[Raw], secrets: Mapping[str, Mapping[str, str]]) -> Sources:
    raws = list(raws)
    rendered = {raw["metadata"]["name"]: volumes.decoded(raw) for raw in raws if raw["kind"] == "Secret"}
    maps = {raw["metadata"]["name"]: volumes.config_data(raw) for raw in raws if raw["kind"] == "ConfigMap"}
    return Sources(maps, {**secrets, **rendered})


def _services(
    objects: Iterable[Raw], pods: list[DraftPod], allocate: Allocate
) -> tuple[list[ServicePort], dict[tuple[str, int], str]]:
    found: list[ServicePort] = []
    names: dict[tuple[str, int], str] = {}
    for raw in objects:
        selector = raw["spec"].get("selector") if raw["kind"] == "Service" else None
        if not selector:
            continue
        chosen = [pod for pod in pods if selector.items() <= pod.identity.labels.items()]
        for port in raw["spec"].get("ports") or []:
            name, number = raw["metadata"]["name"], int(port["port"])
            backends = _backends(chosen, str(port.get("targetPort") or number))
            if not backends:
                continue
            listen = allocate(f"service/{name}/{number}") if len(backends) > 1 else None
            found.append(ServicePort(name, number, backends, listen))
            names[name, number] = str(port.get("name") or "")
    return found, names


def _backends(pods: Iterable[DraftPod], target: str) -> list[Backend]:
    return [
        Backend(pod.identity.name, container.ports[target])
        for pod in pods
        for container in pod.containers
        if target in container.ports
    ]


def _service_addresses(services: Iterable[ServicePort], pods: Iterable[DraftPod]) -> dict[str, dict[int, int]]:
    """DNS name → port → local port, for Services and for the pods of StatefulSets (`pod.service`)."""
    namespaces = {pod.identity.name: pod.identity.namespace for pod in pods}
    found: dict[str, dict[int, int]] = {}
    for service in services:
        namespace = namespaces[service.backends[0].pod]
        for name in service_names(service.service, namespace):
            found.setdefault(name, {})[service.port] = service.address
            for backend in service.backends:
                found.setdefault(f"{backend.pod}.{name}", {})[service.port] = backend.port
    return found


def _public_hosts(environment: Environment, objects: Iterable[Raw], port: int) -> dict[str, str]:
    """The environment's public `host:port` → the one of this run (`yab up --port`)."""
    if environment.port is None or environment.port == port:
        return {}
    names = {rule.get("host") for raw in objects if raw["kind"] == "Ingress" for rule in raw["spec"]["rules"]}
    names |= {host for raw in objects if raw["kind"] == "HTTPRoute" for host in raw["spec"].get("hostnames") or []}
    return {f"{name}:{environment.port}": f"{name}:{port}" for name in names if name}


@dataclass(frozen=True)
class _Planner:
    project: Project
    services: Mapping[str, Mapping[int, int]]
    hosts: Mapping[str, str]
    options: Options

    def component(self, release: Release, draft: _Draft) -> ComponentPlan:
        component = self.project.components[release.component]
        hooks = {hook.manifest.raw["metadata"]["name"]: hook.events for hook in release.hooks}
        before: list[Job] = []
        after: list[Job] = []
        workloads: list[Workload] = []
        for raw, pods in draft:
            planned = [self._pod(pod) for pod in pods]
            if raw["kind"] == "Job":
                late = set(hooks.get(raw["metadata"]["name"], ())) & set(AFTER_EVENTS)
                (after if late else before).append(_job(raw, planned[0]))
            else:
                workloads.append(_workload(raw, planned))
        return ComponentPlan(
            component.name,
            release.name,
            needs=list(component.needs),
            build=self._build(component),
            before=before,
            workloads=workloads,
            after=after,
            first_run=_first_run(component, workloads),
        )

    def _build(self, component: Component) -> Build | None:
        local = component.local
        if not local or not local.prepare or (self.options.watch and local.dev):
            return None
        return Build(list(local.prepare), list(local.inputs), list(local.outputs))

    def _pod(self, draft: DraftPod) -> Pod:
        return Pod(
            draft.identity.name,
            [self._container(container) for container in draft.containers],
            [self._container(container) for container in draft.init],
            self._volumes(draft),
            grace=draft.spec.get("terminationGracePeriodSeconds", 30),
            restart=draft.spec.get("restartPolicy", "Always"),
        )

    def _volumes(self, draft: DraftPod) -> list[Volume]:
        """The pod's volumes, their files rewritten for all containers that may read them."""
        containers = (*draft.init, *draft.containers)
        mounts = {path: local for container in containers for path, local in container.mounts.items()}
        ports = {name: port for container in containers for name, port in container.ports.items()}
        places = Places(mounts, ports, self.services, self.hosts)
        return [
            replace(volume, files={name: places.rewrite(text) for name, text in volume.files.items()})
            if volume.files
            else volume
            for volume in draft.volumes.values()
        ]

    def _container(self, draft: DraftContainer) -> Container:
        places = Places(draft.mounts, draft.ports, self.services, self.hosts)
        raw, where = draft.raw, draft.where
        command = [places.fill(word, where) for word in draft.template]
        command += [places.rewrite(expand(word, draft.env)) for word in draft.texts]
        env = {key: _variable(key, value, draft, places) for key, value in draft.env.items()}
        env |= {key: places.fill(expand(value, env), where) for key, value in draft.local_env.items()}
        return Container(
            draft.name,
            command,
            env,
            where,
            ports=dict(draft.ports),
            watch=list(draft.watch),
            stop_signal=draft.stop_signal,
            startup=actions.probe(raw, "startupProbe", places, where),
            readiness=actions.probe(raw, "readinessProbe", places, where),
            liveness=actions.probe(raw, "livenessProbe", places, where),
            post_start=actions.lifecycle(raw, "postStart", places, where),
            pre_stop=actions.lifecycle(raw, "preStop", places, where),
            sidecar=raw.get("restartPolicy") == "Always",
        )


def _variable(key: str, value: str, draft: DraftContainer, places: Places) -> str:
    for number, local in draft.ports.items():
        if number.isdigit() and is_port_variable(key, value, int(number)):
            return str(local)
    return places.rewrite(value)


def _workload(raw: Raw, pods: Sequence[Pod]) -> Workload:
    spec = raw["spec"]
    return Workload(
        raw["kind"],
        raw["metadata"]["name"],
        list(pods),
        ordered=raw["kind"] == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel",
        deadline=spec.get("progressDeadlineSeconds", 600),
    )


def _job(raw: Raw, pod: Pod) -> Job:
    spec = raw["spec"]
    return Job(
        raw["metadata"]["name"],
        # The Job retries, not the container: each attempt is a new pod here.
        replace(pod, restart="Never"),
        backoff_limit=spec.get("backoffLimit", 6),
        deadline=spec.get("activeDeadlineSeconds"),
    )


def _first_run(component: Component, workloads: Sequence[Workload]) -> Container | None:
    if not component.local or not component.local.first_run or not workloads:
        return None
    main = workloads[0].pods[0].containers[0]
    return Container("first-run", list(component.local.first_run), main.env, f"{component.chart} first_run")
