"""The image of a kind node: systemd, kubelet and containerd of our own making, all images of a cluster inside.

It is made as kind makes its own, from the files and manifests of kind's module. What differs, because the test
machine lacks CAP_SYS_RESOURCE and has cgroup v1: no limits and no OOM score in containerd's unit, and a kubelet
that accepts cgroup v1. The network is `images/network`, as kind's own cannot be built from packages.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import bases
import programs
from place import HERE, Place, output, run

IMAGE = "yab/node:current"
BASE = "yab/node-base:current"
NETWORK = "yab/node-network:1"
REGISTRY = "yab-registry:1"
REGISTRY_PORT = 5001
KUBERNETES = ("kubeadm", "kubectl", "kubelet")
RUNTIME = ("containerd", "containerd-shim-runc-v2", "ctr")
CNI = ("bridge", "ptp", "loopback", "host-local", "portmap")
PROXY_BASE = "yab/kube-proxy-base:1"
METRICS = "yab/metrics-server:1"
REGISTRIES = """[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
"""
IMPORT = """
containerd > /tmp/containerd.log 2>&1 & pid=$!
until ctr version > /dev/null 2>&1; do kill -0 $pid; sleep 0.2; done
ctr --namespace=k8s.io images import --no-unpack /images.tar
kill $pid; wait $pid || true
rm -rf /tmp/* /run/containerd
"""
KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\noomScoreAdj: 0\n"


def sources(place: Place, log: Path) -> None:
    """What is needed of the modules besides programs, so that their gigabytes can go."""
    target = place.folder / "sources"
    shutil.rmtree(target, ignore_errors=True)
    for module in ("programs", "kubernetes"):
        programs.download(place, log, module)
    kind = programs.source(place, "programs", "sigs.k8s.io/kind")
    metrics = programs.source(place, "kubernetes", "sigs.k8s.io/metrics-server")
    shutil.copytree(kind / "images" / "base" / "files", target / "kind")
    shutil.copy(kind / "pkg" / "build" / "nodeimage" / "const_storage.go", target / "storage.go")
    shutil.copytree(metrics / "manifests" / "base", target / "metrics-server")
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def network(place: Place, log: Path) -> None:
    """The image of the node network."""
    context = place.folder / "build" / "network"
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(HERE / "images" / "network", context)
    shutil.copy(place.bin / "kubectl", context)
    bases.docker_build(place, log, context, NETWORK)
    shutil.rmtree(context)


def cluster_images(place: Place, log: Path) -> None:
    """The images that every node has from the start, under the names that kubeadm and kind ask for."""
    for tag in kubeadm_images(place):
        name = program_of(tag)
        base = PROXY_BASE if name == "kube-proxy" else "scratch"
        if name == "kube-proxy":
            build_proxy_base(place, log)
        bases.static(place, log, place.bin / name, tag, base=base)
    provisioner, helper = storage_images(place)
    bases.static(place, log, place.bin / "local-path-provisioner", provisioner)
    run(["docker", "tag", bases.DEBIAN, helper], place, log)
    bases.static(place, log, place.bin / "metrics-server", METRICS)
    bases.static(place, log, place.bin / "crane", REGISTRY)


def build_proxy_base(place: Place, log: Path) -> None:
    """Debian with the programs that kube-proxy calls."""
    context = HERE / "images" / "kube-proxy"
    bases.docker_build(place, log, context, PROXY_BASE)


def kubeadm_images(place: Place) -> list[str]:
    """What kubeadm wants, by its own word."""
    version = programs.kubernetes_version()
    return output([place.bin / "kubeadm", "config", "images", "list", "--kubernetes-version", version], place).split()


def program_of(tag: str) -> str:
    """The program an image is named after."""
    return re.sub(r".*/|:.*", "", tag)


def storage_images(place: Place) -> tuple[str, str]:
    """kind's names for its provisioner of volumes and that one's helper."""
    text = (place.folder / "sources" / "storage.go").read_text()
    found = dict(re.findall(r'(?m)^const (storage\w+) = "(.+)"', text))
    return found["storageProvisionerImage"], found["storageHelperImage"]


def storage_manifest(place: Place) -> str:
    """kind's default storage, out of its source: raw strings with the images' names between."""
    text = (place.folder / "sources" / "storage.go").read_text()
    text = text.partition("const defaultStorageManifest = ")[2]
    provisioner, helper = storage_images(place)
    text = text.replace("` + storageProvisionerImage + `", provisioner).replace("` + storageHelperImage + `", helper)
    return text.split("`")[1]


def node_base(place: Place, log: Path) -> None:
    """The node without its images."""
    context = place.folder / "build" / "node"
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(HERE / "images" / "kindnode", context)
    shutil.copytree(place.folder / "sources" / "kind", context / "files")
    adapt(context / "files", pause=next(tag for tag in kubeadm_images(place) if program_of(tag) == "pause"))
    for folder, names in (("kubernetes", KUBERNETES), ("runtime", RUNTIME), ("cni", CNI)):
        (context / folder).mkdir()
        for name in names:
            shutil.copy(place.bin / name, context / folder)
    (context / "manifests").mkdir()
    shutil.copy(HERE / "images" / "network" / "manifest.yaml", context / "manifests" / "default-cni.yaml")
    (context / "manifests" / "default-storage.yaml").write_text(storage_manifest(place))
    (context / "version").write_text(programs.kubernetes_version())
    bases.docker_build(place, log, context, BASE)
    shutil.rmtree(context)


def adapt(files: Path, *, pause: str) -> None:
    """Changes kind's files where the test machine needs it."""
    unit = files / "etc/systemd/system/containerd.service"
    unit.write_text(re.sub(r"(?m)^(Limit\w+|OOMScoreAdjust)=.*\n", "", unit.read_text()))
    config = files / "etc/containerd/config.toml"
    text = re.sub(r'sandbox_image = ".*"', f'sandbox_image = "{pause}"', config.read_text())
    text = text.replace("restrict_oom_score_adj = false", "restrict_oom_score_adj = true")

    hosts = files / f"etc/containerd/certs.d/localhost:{REGISTRY_PORT}"
    hosts.mkdir(parents=True)
    (hosts / "hosts.toml").write_text(f'[host."http://{REGISTRY.partition(":")[0]}:{REGISTRY_PORT}"]\n')
    kubelet = files / "etc/kubernetes/kubelet.conf.d"
    kubelet.mkdir(parents=True)
    (kubelet / "10-machine.conf").write_text(KUBELET)
    flags = files / "etc/default/kubelet"
    flags.write_text(f"{flags.read_text().strip()} --config-dir=/etc/kubernetes/kubelet.conf.d\n")


def node(place: Place, log: Path) -> None:
    """The node with all images in its own store: what kind starts."""
    tar, container = place.folder / "images.tar", "yab-node-build"
    images = [*kubeadm_images(place), *storage_images(place), METRICS, NETWORK, bases.TRAEFIK, bases.IMAGES["postgres"]]
    run(["docker", "save", "--output", tar, *images], place, log)
    output(["docker", "rm", "--force", "--volumes", container], place)
    run(
        ["docker", "run", "--detach", "--name", container, "--entrypoint", "sleep", "--volume", f"{tar}:/images.tar:ro",
         BASE, "infinity"],
        place,
        log,
    )  # fmt: skip
    run(["docker", "exec", container, "sh", "-euc", IMPORT], place, log)
    entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'
    run(["docker", "commit", "--change", entrypoint, container, IMAGE], place, log)
    run(["docker", "rm", "--force", "--volumes", container], place, log)
    tar.unlink()
