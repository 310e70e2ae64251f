"""A chart that is not ours in style: two containers, a StatefulSet, init containers, config files, gRPC."""

from __future__ import annotations

import os

import pytest
from localbench import Bench, eventually

pytestmark = pytest.mark.product

CHART = """
apiVersion: v1
kind: ConfigMap
metadata: {name: store-files}
data:
  server.conf: |
    upstream = http://front-door.apps.svc/path
    store = /var/lib/store
  nested: inner
---
apiVersion: v1
kind: Secret
metadata: {name: store-secret}
stringData: {token: t0ken}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  serviceName: store
  replicas: 2
  selector: {matchLabels: {role: store}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {role: store}, annotations: {color: blue}}
    spec:
      terminationGracePeriodSeconds: 3
      initContainers:
        - name: prepare
          image: busybox
          command: [sh, -c, 'cat /init/mark 2>/dev/null; echo "$(WHO) was here" > /scratch/mark']
          env: [{name: WHO, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          volumeMounts: [{name: scratch, mountPath: /scratch}]
      containers:
        - name: server
          image: store
          command: [python]
          args: [programs/store.py, --listen, '0.0.0.0:7000', --config, /etc/store/server.conf, --data, /var/lib/store]
          ports: [{name: web, containerPort: 7000}]
          env:
            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: COLOR, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['color']"}}}
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: store-secret, key: token}}}
            - {name: SELF, value: '$(POD).store:7000'}
            - {name: PEER, value: 'http://store-0.store.apps.svc.cluster.local:7000'}
          startupProbe: {tcpSocket: {port: web}, periodSeconds: 1, failureThreshold: 20}
          readinessProbe:
            exec: {command: [python, -c, "import os, sys; sys.exit(not os.path.exists('/var/lib/store/ready'))"]}
            periodSeconds: 1
            timeoutSeconds: 5
          livenessProbe: {httpGet: {path: /alive, port: 7000}, periodSeconds: 2}
          volumeMounts:
            - {name: config, mountPath: /etc/store, readOnly: true}
            - {name: data, mountPath: /var/lib/store}
            - {name: scratch, mountPath: /scratch}
            - {name: token, mountPath: /run/secrets/token, subPath: the-token}
        - name: health
          image: health
          ports: [{name: grpc, containerPort: 7001}]
          readinessProbe: {grpc: {port: 7001, service: store}, periodSeconds: 1}
      volumes:
        - name: config
          configMap: {name: store-files, items: [{key: server.conf, path: server.conf}, {key: nested, path: a/b}]}
        - {name: scratch, emptyDir: {}}
        - {name: token, secret: {secretName: store-secret, items: [{key: token, path: the-token}]}}
---
apiVersion: v1
kind: Service
metadata: {name: store}
spec: {clusterIP: None, selector: {role: store}, ports: [{port: 7000, targetPort: web}]}
---
apiVersion: v1
kind: Service
metadata: {name: front-door}
spec: {selector: {role: store}, ports: [{port: 80, targetPort: web}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: store}
spec:
  hostnames: [one.localhost, two.localhost]
  rules:
    - matches: [{path: {type: Exact, value: /exact}}, {path: {type: PathPrefix, value: /under}}]
      backendRefs: [{name: front-door, port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec: {podSelector: {}}
---
apiVersion: example.com/v1
kind: Unheard
metadata: {name: of}
"""

STORE = """
import argparse, http.server, json, os, pathlib
p = argparse.ArgumentParser()
for name in ("listen", "config", "data"): p.add_argument("--" + name)
a = p.parse_args()
data = pathlib.Path(a.data)
count = int((data / "starts").read_text()) + 1 if (data / "starts").exists() else 1
(data / "starts").write_text(str(count))
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"config": pathlib.Path(a.config).read_text(), "env": dict(os.environ), "starts": count,
            "pod": os.environ["POD"], "path": self.path, "mark": pathlib.Path(os.environ["MARK"]).read_text(),
            "token": pathlib.Path(os.environ["TOKEN_FILE"]).read_text()}).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *x): pass
host, port = a.listen.split(":")
(data / "ready").touch()
http.server.ThreadingHTTPServer((host, int(port)), H).serve_forever()
"""

GRPC = """
import sys, grpc
from concurrent import futures
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
server = grpc.server(futures.ThreadPoolExecutor(4))
servicer = health.HealthServicer()
servicer.set("store", health_pb2.HealthCheckResponse.SERVING)
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
assert server.add_insecure_port("127.0.0.1:" + sys.argv[1])
server.start(); server.wait_for_termination()
"""


@pytest.fixture
def store(bench: Bench) -> Bench:
    (bench.root / "programs" / "store.py").write_text(STORE)
    (bench.root / "programs" / "health.py").write_text(GRPC)
    chart = CHART.replace(
        "            - {name: SELF,",
        "            - {name: MARK, value: /scratch/mark}\n"
        "            - {name: TOKEN_FILE, value: /run/secrets/token}\n"
        "            - {name: SELF,",
    )
    local = '[components.store.local.containers.health]\ncommand = ["python", "programs/health.py", "{port:grpc}"]'
    bench.tiny.component("store", chart, local)
    bench.yab("up", "--detach")
    return bench


def test_it_runs(store: Bench) -> None:
    rows = {row["name"]: row for row in store.status()["rows"]}
    assert set(rows) == {"store-0", "store-1", "gateway"}
    assert set(rows["store-0"]["pids"]) == {"server", "health"}
    # A StatefulSet starts its pods one after the other.
    assert rows["store-1"]["started"] >= rows["store-0"]["settled"]

    answers = [store.get("one.localhost", "/exact").json for _ in range(8)]
    assert {answer["pod"] for answer in answers} == {"store-0", "store-1"}
    first = next(answer for answer in answers if answer["pod"] == "store-0")
    env = first["env"]
    assert (env["COLOR"], env["TOKEN"], first["token"]) == ("blue", "t0ken", "t0ken")
    assert first["mark"] == "store-0 was here\n"
    assert env["SELF"] == env["PEER"].removeprefix("http://")
    assert "http://127.0.0.1:" in first["config"]
    assert "store = /" in first["config"]
    assert "store = /var/lib/store" not in first["config"]
    assert "DATABASE" not in env


def test_paths_are_matched_as_the_route_says(store: Bench) -> None:
    got = {
        path: store.get("two.localhost", path).status
        for path in ("/exact", "/exact/x", "/under", "/under/x", "/underneath", "/")
    }
    assert got == {
        "/exact": 200,
        "/exact/x": 404,
        "/under": 200,
        "/under/x": 200,
        "/underneath": 404,
        "/": 404,
    }


def test_what_cannot_be_honoured_is_said_once(store: Bench) -> None:
    limits = store.status()["limits"]
    assert "network policies are not enforced: every process can reach every other" in limits
    assert "these kinds need a cluster and are left out: Unheard" in limits
    assert len(limits) == 2


def test_volumes_of_claims_persist_and_can_be_removed(store: Bench) -> None:
    assert store.get("one.localhost", "/exact").json["starts"] == 1
    store.yab("down")
    store.yab("up", "--detach")
    assert store.get("one.localhost", "/exact").json["starts"] == 2
    store.yab("down", "--volumes")
    store.yab("up", "--detach")
    assert store.get("one.localhost", "/exact").json["starts"] == 1


def test_a_killed_container_leaves_its_neighbour_alone(store: Bench) -> None:
    before = store.row("store-0")["pids"]
    os.kill(before["server"], 9)
    eventually(lambda: store.row("store-0")["pids"].get("server", before["server"]) != before["server"])
    eventually(lambda: store.status()["phase"] == "ready")
    assert store.row("store-0")["pids"]["health"] == before["health"]
