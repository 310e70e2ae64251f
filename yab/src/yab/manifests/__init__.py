"""Charts and overlays → objects. The same objects go to processes, to kind and to any cluster."""

from yab.manifests.objects import Hook, Manifest, Release
from yab.manifests.render import render
from yab.manifests.text import to_yaml

__all__ = ["Hook", "Manifest", "Release", "render", "to_yaml"]
