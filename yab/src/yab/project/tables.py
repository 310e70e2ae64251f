"""The tables of `yab.toml` as they are written. Unknown keys and wrong types are errors.

The descriptions become `docs/yab.schema.json`, which editors show as you type.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

NAME = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"
DOMAIN = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
KEY = r"^[-._a-zA-Z0-9]+$"
VARIABLE = r"^[a-zA-Z_][-._a-zA-Z0-9]*$"

Command = Annotated[list[str], Meta(min_length=1, description="A program and its arguments, run in the clone's root.")]
Name = Annotated[str, Meta(pattern=NAME, max_length=30, description="A DNS label: a-z, 0-9 and -.")]
# Kubernetes: IsConfigMapKey and IsEnvVarName (apimachinery/pkg/util/validation).
Key = Annotated[str, Meta(pattern=KEY, description="Letters, digits, `-`, `_` and `.`.")]
Variable = Annotated[str, Meta(pattern=VARIABLE, description="A variable's name: letters, digits and _.")]
Port = Annotated[int, Meta(ge=1, le=65535)]


class LocalContainer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one container of a pod runs here, where its component's command is not the one."""

    command: Annotated[Command | None, Meta(description="Instead of the container's command in the chart.")] = None
    env: Annotated[dict[Variable, str], Meta(description="Variables over the chart's.")] = {}
    watch: Annotated[list[str], Meta(description="Folders whose changes restart the process.")] = []


class Local(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a component's image is run from its source on this machine.

    Commands and variables may use `{port:NAME}` for a container port and `{mount:/path}` for a mount.
    """

    command: Annotated[Command | None, Meta(description="What the image's entrypoint does.")] = None
    dev: Annotated[Command | None, Meta(description="Instead of `command` while sources are watched.")] = None
    prepare: Annotated[Command | None, Meta(description="Run before `command` when an input changed.")] = None
    inputs: Annotated[list[str], Meta(description="Files and folders that `prepare` reads.")] = []
    outputs: Annotated[list[str], Meta(description="What `prepare` makes; run again when missing.")] = []
    watch: Annotated[list[str], Meta(description="Folders whose changes restart the processes.")] = []
    env: Annotated[
        dict[Variable, str], Meta(description="Variables over the chart's; `$(NAME)` is one of the chart's own.")
    ] = {}
    stop_signal: Annotated[
        Literal["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"],
        Meta(description="The image's STOPSIGNAL."),
    ] = "SIGTERM"
    first_run: Annotated[Command | None, Meta(description="Run once, when first ready; its output is shown once.")] = (
        None
    )
    containers: Annotated[dict[str, LocalContainer], Meta(description="By container, for pods of several.")] = {}


class ComponentTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of the product: a chart, and how it runs here."""

    chart: Annotated[str, Meta(description="The chart's folder, from the clone's root.")]
    needs: Annotated[list[str], Meta(description="Components that must be ready before this one starts.")] = []
    environments: Annotated[
        list[str] | None, Meta(description="The environments that have it; omitted: all of them.")
    ] = None
    namespace: Annotated[Name, Meta(description="Where its objects live.")] = "apps"
    secrets: Annotated[
        dict[Key, str],
        Meta(
            description="Keys of the Secret <component>-env for local and kind. Values may use "
            "{random:N} (N characters, made once) and {secret:COMPONENT.KEY}."
        ),
    ] = {}
    local: Annotated[Local | None, Meta(description="How its image is run on this machine.")] = None


class EnvironmentTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place where the product runs."""

    domain: Annotated[str, Meta(pattern=DOMAIN, max_length=200, description="Hosts are api., app. and admin. of it.")]
    scheme: Annotated[Literal["http", "https"], Meta(description="How the public address begins.")] = "https"
    port: Annotated[Port | None, Meta(description="The public port; omitted: the scheme's own.")] = None
    context: Annotated[str | None, Meta(description="The kubectl context that `yab deploy` insists on.")] = None
    namespaces: Annotated[
        dict[Name, Name], Meta(description="Other names for namespaces here: `apps` = `shop-staging`.")
    ] = {}


class ProjectTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the product is made of, and how its parts run on this machine."""

    name: Annotated[Name, Meta(description="The product: label app.kubernetes.io/part-of.")]
    prefix: Annotated[Name, Meta(description="Releases are <prefix>-<component>.")]
    environments: Annotated[
        dict[str, EnvironmentTable], Meta(min_length=1, description="By name; the overlay is k8s/overlays/<name>.")
    ]
    components: Annotated[dict[str, ComponentTable], Meta(description="By name, which becomes part of hosts.")] = {}
