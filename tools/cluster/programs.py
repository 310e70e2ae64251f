"""The Go programs: Kubernetes, the container runtime, kind and what tests use, compiled from pinned modules.

Each module below `go/` lists its programs as `tool`s, so `go.mod` and `go.sum` pin every byte. The compiler is
pinned too: it comes from a wheel.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from place import HERE, Place, fail, run

GO = HERE / "go"
# What a tool's path calls it, and what its users call it.
NAMES = {"server": "etcd"}
TAGS = "no_btrfs no_devmapper no_zfs no_aufs"
STAMPED = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")


def python(place: Place, log: Path) -> None:
    """A virtual environment with pip, which the wheels below are installed with."""
    base: str = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", "--clear", place.folder / "venv"], place, log)


def install(place: Place, log: Path, lock: Path, folder: str) -> None:
    """Installs a lock's wheels into a folder of their own."""
    target = place.folder / folder
    shutil.rmtree(target, ignore_errors=True)
    pip: list[str | Path] = [place.folder / "venv/bin/python", "-m", "pip", "install", "--no-compile"]
    run([*pip, "--quiet", "--no-deps", "--require-hashes", "--target", target, "-r", lock], place, log)


def compiler(place: Place, log: Path) -> None:
    """The Go compiler."""
    install(place, log, HERE / "go.lock", "go")


def kubernetes_version() -> str:
    """The version in go.mod, `v1.37.2`."""
    found = re.search(r"k8s\.io/kubernetes (v\S+)", (GO / "kubernetes" / "go.mod").read_text())
    if not found:
        fail(f"{GO / 'kubernetes/go.mod'}: names no version of Kubernetes", "require k8s.io/kubernetes")
    return found[1]


def flags(module: str) -> list[str]:
    """The linker's: small programs, and the version that kubeadm insists on."""
    words = ["-s", "-w"]
    if module == "kubernetes":
        version = kubernetes_version()
        major, minor, _ = version.lstrip("v").split(".")
        values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
        values["buildDate"] = "1970-01-01T00:00:00Z"
        words += [f"-X {package}.{name}={value}" for package in STAMPED for name, value in values.items()]
    return ["-trimpath", "-buildvcs=false", "-tags", TAGS, "-ldflags", " ".join(words)]


def environment(place: Place) -> dict[str, str]:
    """Go's own: caches in the folder, nothing compiled with C, no other compiler than ours."""
    root = place.folder / "go" / "go"
    return {
        "GOROOT": str(root),
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOCACHE": str(place.folder / "go-build"),
        "GOMODCACHE": str(place.folder / "go-modules"),
        "GOFLAGS": "-modcacherw",
    }


def compile_module(place: Place, log: Path, module: str) -> None:
    """Compiles all programs of one module."""
    go = place.folder / "go" / "go" / "bin" / "go"
    folder, env = GO / module, environment(place)
    download(place, log, module)
    wanted = ["."] if (folder / "main.go").exists() else tools(place, module)
    target = place.folder / "compiled" / module
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    run([go, "build", *flags(module), "-o", f"{target}/", *wanted], place, log, env=env, cwd=folder)
    place.bin.mkdir(exist_ok=True)
    for program in target.iterdir():
        program.replace(place.bin / NAMES.get(program.name, program.name))


def download(place: Place, log: Path, module: str) -> None:
    """The sources of all a module requires."""
    go = place.folder / "go" / "go" / "bin" / "go"
    run([go, "mod", "download"], place, log, env=environment(place), cwd=GO / module)


def tools(place: Place, module: str) -> list[str]:
    """The packages that go.mod lists as tools."""
    return ask(place, module, "list", "tool").split()


def source(place: Place, module: str, path: str) -> Path:
    """Where a module that `go/<module>` requires lies unpacked."""
    return Path(ask(place, module, "list", "-m", "-f", "{{.Dir}}", path))


def ask(place: Place, module: str, *words: str) -> str:
    """What Go says of a module."""
    command = [str(place.folder / "go" / "go" / "bin" / "go"), *words]
    env = {**place.environment(), **environment(place)}
    done = subprocess.run(command, cwd=GO / module, env=env, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        fail(f"go {' '.join(words)}: {done.stderr.strip() or 'says nothing'}", f"look at {GO / module / 'go.mod'}")
    return done.stdout.strip()


def plugin(place: Place, _log: Path) -> None:
    """buildx, as `docker build`."""
    folder = place.folder / "docker" / "cli-plugins"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "docker-buildx"
    link.unlink(missing_ok=True)
    link.symlink_to(place.bin / "buildx")
    (place.folder / "docker" / "config.json").write_text('{"aliases": {"builder": "buildx"}}\n')


def drop_caches(place: Place, _log: Path) -> None:
    """The compiler's gigabytes, which nothing needs any more."""
    for name in ("go-build", "go-modules"):
        shutil.rmtree(place.folder / name, ignore_errors=True)


def there(place: Place, *names: str) -> bool:
    """Whether these programs are there."""
    return all((place.bin / name).exists() for name in names)
