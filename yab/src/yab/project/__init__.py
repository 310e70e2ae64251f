"""What the product is made of: `yab.toml`, typed. Nothing here renders, runs or asks a cluster."""

from yab.project.load import find_root, load
from yab.project.model import Component, Environment, Project
from yab.project.tables import Local, LocalContainer

__all__ = ["Component", "Environment", "Local", "LocalContainer", "Project", "find_root", "load"]
