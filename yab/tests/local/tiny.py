"""Tiny projects for tests: charts of plain YAML around small Python programs, in a folder of their own."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

SERVER = '''
"""Answers every GET with its name, path and headers; /ready as the file `ready` says; /stream in pieces."""
import http.server, json, os, sys, time, pathlib

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path.startswith("/stream"):
            self.send_response(200)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for piece in (b"one\\n", b"two\\n", b"three\\n"):
                self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(piece), piece))
                self.wfile.flush()
                time.sleep(0.3)
            self.wfile.write(b"0\\r\\n\\r\\n")
            return
        bad = pathlib.Path(os.environ.get("BAD_FILE", "/nonexistent")).exists()
        body = json.dumps({"pod": os.environ.get("POD_NAME"), "path": self.path, "pid": os.getpid(),
                           "env": dict(os.environ), "host": self.headers.get("host")}).encode()
        self.send_response(503 if bad else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        print("request", self.path, flush=True)

print("starting", os.environ.get("POD_NAME", ""), flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
'''

TOML = """
name = "tiny"
prefix = "tiny"

[environments.local]
domain = "localhost"
scheme = "http"
port = {port}
"""

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: tiny-{name}, labels: {{app: {name}}}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: {name}
          image: example/{name}
          ports: [{{name: http, containerPort: 8000}}]
          env:
            - {{name: POD_NAME, valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}}}
{env}
          readinessProbe: {{httpGet: {{path: /ready, port: http}}, periodSeconds: 1}}
{probes}
---
apiVersion: v1
kind: Service
metadata: {{name: tiny-{name}}}
spec:
  selector: {{app: {name}}}
  ports: [{{name: http, port: 80, targetPort: http}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: tiny-{name}}}
spec:
  rules:
    - host: {name}.localhost
      http:
        paths:
          - {{path: /, pathType: Prefix, backend: {{service: {{name: tiny-{name}, port: {{name: http}}}}}}}}
"""


@dataclass
class Tiny:
    """A project being written: add components, then run `yab` in `root`."""

    root: Path
    port: int
    toml: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.root / "programs").mkdir(parents=True)
        (self.root / "programs" / "server.py").write_text(SERVER)
        self._save()

    def component(self, name: str, manifests: str, local: str = "", needs: str = "") -> None:
        """Adds a component with the given rendered objects and `[components.NAME.local]` lines."""
        chart = self.root / "charts" / name
        (chart / "templates").mkdir(parents=True, exist_ok=True)
        (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n")
        (chart / "values.yaml").write_text("enabled: true\n")
        (chart / "templates" / "all.yaml").write_text(textwrap.dedent(manifests))
        self.toml.append(f'[components.{name}]\nchart = "charts/{name}"\n{needs}\n[components.{name}.local]\n{local}\n')
        self._save()

    def server(
        self,
        name: str,
        *,
        replicas: int = 1,
        env: str = "",
        probes: str = "",
        local: str = "",
        needs: str = "",
    ) -> None:
        """Adds a Deployment of the small HTTP server with a Service and an Ingress `NAME.localhost`."""
        indented = textwrap.indent(textwrap.dedent(env).strip(), " " * 12)
        probed = textwrap.indent(textwrap.dedent(probes).strip(), " " * 10)
        text = DEPLOYMENT.format(name=name, replicas=replicas, env=indented, probes=probed)
        command = 'command = ["python", "programs/server.py", "{port:http}"]'
        self.component(name, text, local or command, needs)

    def _save(self) -> None:
        (self.root / "yab.toml").write_text(TOML.format(port=self.port) + "\n".join(self.toml))
