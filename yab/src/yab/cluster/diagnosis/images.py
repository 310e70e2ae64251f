"""Images that no node can get."""

from __future__ import annotations

import re

from yab.cluster.diagnosis.container import Container
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.reading import line

_PUBLISH = "`yab build {component} --push`, or correct image.repository and image.tag"
_ALLOW = "give the nodes access: name a Secret for {registry} in image.pullSecrets"
_CORRECT = "correct image.repository, image.tag and image.digest"

# What a registry (through containerd, CRI-O or Docker) says when it will say the same again, what that
# means, and what helps. Tried in this order, on the message without the image's own name.
_FINAL: tuple[tuple[str, str, str], ...] = (
    (r"no match for platform", "not built for the node's platform", "build {component} for the platforms of all nodes"),
    (r"pull access denied|insufficient_scope|\bdenied\b|403 Forbidden", "the registry refuses access", _ALLOW),
    (r"unauthorized|authorization failed|401 Unauthorized", "the registry wants other credentials", _ALLOW),
    (r"manifest unknown|name unknown|: not found$|no such image", "not found", _PUBLISH),
    (r"invalid reference format|couldn't parse image", "its name is invalid", _CORRECT),
)
_NEVER = {
    "ErrImageNeverPull": ("the node lacks it and may not pull it", "load it into the nodes: `yab build {component}`"),
    "InvalidImageName": ("its name is invalid", _CORRECT),
}


def image_fact(container: Container) -> Fact | None:
    """An image that will not come: at once if the registry said so, else when the kubelet backs off.

    Reasons: kubernetes pkg/kubelet/images/types.go; messages: containerd core/remotes/docker/resolver.go.
    """
    if container.waiting in _NEVER:
        cause, todo = _NEVER[container.waiting]
        return _fact(container, cause, todo, "ErrImageNeverPull", "InspectFailed")
    if container.waiting not in (
        "ErrImagePull",
        "ImagePullBackOff",
        "SignatureValidationFailed",
        "RegistryUnavailable",
    ):
        return None
    final = _final(container)
    if final:
        return _fact(container, *final, "Failed")
    if container.waiting == "SignatureValidationFailed":
        return _fact(container, "its signature is not valid", "sign it again: `yab build {component} --push`", "Failed")
    if container.waiting == "ImagePullBackOff":
        return _fact(container, _detail(container), "check that every node reaches {registry}", "BackOff")
    return None


def _final(container: Container) -> tuple[str, str] | None:
    said = container.message.replace(container.image, "IMAGE") if container.image else container.message
    for pattern, cause, todo in _FINAL:
        if re.search(pattern, said, re.IGNORECASE):
            return cause, todo
    return None


def _detail(container: Container) -> str:
    """The end of a chain of errors, each of which repeats the image's name."""
    told = re.split(r'desc = |failed to resolve reference "[^"]*": |failed to do request: ', container.message)
    return told[-1] if len(told) > 1 else container.message or "the node does not say why"


def _fact(container: Container, cause: str, todo: str, *reasons: str) -> Fact:
    first, slash, _ = container.image.partition("/")
    # As Docker reads a reference: the first part is a host where it has a dot or a port.
    registry = first if slash and re.search(r"[.:]|^localhost$", first) else "docker.io"
    next_ = todo.format(component=container.component, registry=registry)
    said = line(f'image "{container.image}" cannot be pulled: {cause}')
    return container.fact(Kind.IMAGE, said, next_, container.noticed(*reasons))
