"""What must be true of `yab.toml` beyond the types of its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yab.errors import ConfigError
from yab.project.model import FILE, Component, Project

# Helm refuses longer release names.
LONGEST_RELEASE = 53
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
COMMAND_PLACEHOLDER = re.compile(r"port:[\w.-]+|mount:/.*")
SECRET_PLACEHOLDER = re.compile(r"random:([1-9]\d{0,2})|secret:([\w-]+)\.(\w+)")


def check(project: Project) -> Iterator[ConfigError]:
    """Every contradiction, named by its path."""
    for component in project.components.values():
        path = f"{FILE}: components.{component.name}"
        yield from _chart(project, component, path)
        yield from _names(project, component, path)
        yield from _commands(component, path)
        yield from _sources(project, component, path)
        yield from _secrets(project, component, path)
    yield from _cycle(project)


def _chart(project: Project, component: Component, path: str) -> Iterator[ConfigError]:
    if component.chart.is_absolute() or ".." in component.chart.parts:
        yield ConfigError(f"{path}.chart", "must lie in the clone", "write its path from the clone's root")
    elif not (project.root / component.chart / "Chart.yaml").is_file():
        yield ConfigError(f"{path}.chart", f"{component.chart} has no Chart.yaml", "name a chart's folder")


def _names(project: Project, component: Component, path: str) -> Iterator[ConfigError]:
    release = project.release(component.name)
    if len(release) > LONGEST_RELEASE:
        yield ConfigError(path, f"release {release} is longer than {LONGEST_RELEASE}", "shorten the name")
    for need in component.needs:
        if need not in project.components:
            yield _not_one(f"{path}.needs", need, "component", project.components)
    for name in component.environments or ():
        if name not in project.environments:
            yield _not_one(f"{path}.environments", name, "environment", project.environments)


def _commands(component: Component, path: str) -> Iterator[ConfigError]:
    local = component.local
    if not local:
        return
    texts = {
        "command": local.command or (),
        "dev": local.dev or (),
        "env": local.env.values(),
        **{f"containers.{name}.command": one.command or () for name, one in local.containers.items()},
        **{f"containers.{name}.env": one.env.values() for name, one in local.containers.items()},
    }
    for key, words in texts.items():
        for word in words:
            for match in PLACEHOLDER.finditer(word):
                if not COMMAND_PLACEHOLDER.fullmatch(match[1]):
                    todo = "use {port:NAME} or {mount:/path}"
                    yield ConfigError(f"{path}.local.{key}", f"unknown placeholder {match[0]}", todo)
    # These run beside the pod, where ports and mounts have no meaning; other braces are the program's.
    for key, command in (("prepare", local.prepare), ("first_run", local.first_run)):
        for match in PLACEHOLDER.finditer(" ".join(command or ())):
            if COMMAND_PLACEHOLDER.fullmatch(match[1]):
                yield ConfigError(
                    f"{path}.local.{key}", f"{match[0]} is not filled in here", "use it in command or dev"
                )


def _sources(project: Project, component: Component, path: str) -> Iterator[ConfigError]:
    local = component.local
    if not local:
        return
    texts = {"inputs": local.inputs, "watch": local.watch}
    texts |= {f"containers.{name}.watch": one.watch for name, one in local.containers.items()}
    for key, names in texts.items():
        for name in names:
            if not (project.root / name).exists():
                yield ConfigError(f"{path}.local.{key}", f"{name} does not exist", "name a folder or file of the clone")


def _secrets(project: Project, component: Component, path: str) -> Iterator[ConfigError]:
    for key, template in component.secrets.items():
        for brace in PLACEHOLDER.sub("", template):
            if brace in "{}":
                yield ConfigError(f"{path}.secrets.{key}", f"{brace} has no partner", "write {random:32}")
        for match in PLACEHOLDER.finditer(template):
            found = SECRET_PLACEHOLDER.fullmatch(match[1])
            where = f"{path}.secrets.{key}"
            if not found:
                yield ConfigError(where, f"unknown placeholder {match[0]}", "use {random:N} or {secret:COMPONENT.KEY}")
            elif found[2] and found[3] not in _keys(project, found[2]):
                yield ConfigError(where, f"{match[0]} names no secret", f"add it to [components.{found[2]}.secrets]")


def _keys(project: Project, component: str) -> Iterable[str]:
    return project.components[component].secrets if component in project.components else ()


def _cycle(project: Project) -> Iterator[ConfigError]:
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> Iterator[ConfigError]:
        if name in above:
            ring = " → ".join((*above[above.index(name) :], name))
            yield ConfigError(f"{FILE}: components.{name}.needs", f"needs itself: {ring}", "break the ring")
        elif name not in done and name in project.components:
            for need in project.components[name].needs:
                yield from walk(need, (*above, name))
            done.add(name)

    for name in project.components:
        found = list(walk(name, ()))
        if found:
            yield found[0]
            return


def _not_one(path: str, name: str, kind: str, known: Iterable[str]) -> ConfigError:
    return ConfigError(path, f"there is no {kind} {name}", f"use one of: {', '.join(known)}")
