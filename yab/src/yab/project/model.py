"""The project as the rest of the tool sees it: names resolved, order known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yab.project.tables import Local

FILE = "yab.toml"


@dataclass(frozen=True)
class Environment:
    """A place where the product runs: `local`, `staging`, `production` or the team's own."""

    name: str
    domain: str
    scheme: str = "https"
    port: int | None = None
    context: str | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)

    def namespace(self, name: str) -> str:
        """What the environment calls a namespace, `apps` → `shop-staging`."""
        return self.namespaces.get(name, name)

    def host(self, label: str) -> str:
        """A public host, `api` → `api.example.dev`."""
        return f"{label}.{self.domain}"

    def public_url(self, label: str) -> str:
        """The address that browsers use, with its port where it is not the scheme's own."""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host(label)}{port}"


@dataclass(frozen=True)
class Component:
    """One part of the product."""

    name: str
    chart: Path
    needs: tuple[str, ...] = ()
    environments: tuple[str, ...] | None = None
    namespace: str = "apps"
    secrets: Mapping[str, str] = field(default_factory=dict)
    local: Local | None = None

    def runs_in(self, environment: str) -> bool:
        """Whether the environment has this component."""
        return self.environments is None or environment in self.environments


@dataclass(frozen=True)
class Project:
    """A clone: its root folder and what `yab.toml` says."""

    root: Path
    name: str
    prefix: str
    environments: Mapping[str, Environment]
    components: Mapping[str, Component]

    def release(self, component: str) -> str:
        """The Helm release of a component."""
        return f"{self.prefix}-{component}"

    def host(self, environment: str, label: str) -> str:
        """A public host in an environment, `api` → `api.localhost`."""
        return self.environments[environment].host(label)

    def components_of(self, environment: str) -> list[Component]:
        """The environment's components, each after those that it needs."""
        found: dict[str, Component] = {}

        def add(component: Component) -> None:
            for name in component.needs:
                if name not in found:
                    add(self.components[name])
            if component.runs_in(environment):
                found.setdefault(component.name, component)

        for component in self.components.values():
            add(component)
        return list(found.values())
