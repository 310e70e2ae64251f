"""Measures the local target on this machine and prints medians; `make bench` runs it.

    python bench/local.py [--rounds N] [--json FILE]

All commands are interleaved (each round runs each once), so a noisy moment hits all of them. It uses
this clone and a port of its own, and stops what it started.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
YAB = [str(Path(sys.executable).parent / "yab")]
Samples = dict[str, list[float]]

COLD_RENDER = """
import time
from pathlib import Path
import helm_python, yaml, pydantic
from yab import manifests, project
loaded = project.load(Path.cwd())
times = []
for _ in range(6):
    began = time.perf_counter()
    manifests.to_yaml(manifests.render(loaded, "local"))
    times.append(time.perf_counter() - began)
print(times[0], min(times[1:]))
"""


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    samples: Samples = defaultdict(list)
    port = free_port()
    run(*YAB, "down")
    run(*YAB, "up", "--detach", "--no-watch", "--port", str(port))  # warm: builds, caches, database
    run(*YAB, "down")
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        commands(samples)
        up_and_down(samples, port)
        watched(samples, port)
    report(samples, options.json)


def commands(samples: Samples) -> None:
    """Start-up of the command line and rendering, against an empty Python."""
    samples["python -c pass"].append(seconds(sys.executable, "-c", "pass"))
    samples["yab --help"].append(seconds(*YAB, "--help"))
    samples["yab status"].append(seconds(*YAB, "status"))
    first, warm = run(sys.executable, "-c", COLD_RENDER).stdout.split()
    samples["render local, first in a process"].append(float(first))
    samples["render local, warm"].append(float(warm))


def up_and_down(samples: Samples, port: int) -> None:
    """The product without reloaders: start, memory, stop."""
    samples["yab up --detach --no-watch"].append(seconds(*YAB, "up", "--detach", "--no-watch", "--port", str(port)))
    samples["memory (PSS, MB) without watch"].append(memory())
    samples["yab down"].append(seconds(*YAB, "down"))


def watched(samples: Samples, port: int) -> None:
    """The product with reloaders: start, memory, and how soon a change is seen."""
    samples["yab up --detach"].append(seconds(*YAB, "up", "--detach", "--port", str(port)))
    try:
        samples["a change in an API file is served"].append(api_change(port))
        samples["a change in a web page is served"].append(web_change(port))
        samples["memory (PSS, MB) with watch"].append(memory())
    finally:
        run(*YAB, "down")


def api_change(port: int) -> float:
    """Seconds from writing a file of the API until a new process answers through the gateway."""
    path = ROOT / "packages/backend/src/backend/_bench.py"

    def answer() -> object:
        status, _ = get(port, "api.localhost", "/health/ready")
        return api_pid() if status == 200 else None

    before = answer()
    try:
        return until(lambda: path.write_text(f"X = {time.time()}\n"), lambda: answer() not in (before, None))
    finally:
        path.unlink(missing_ok=True)


def api_pid() -> int:
    """The API's process."""
    state = json.loads((ROOT / ".yab/run/state.json").read_text())
    pids = [row["pids"] for row in state["rows"] if row["component"] == "api" and row["kind"] == "pod"]
    return int(next(iter(pids[0].values()), 0))


def web_change(port: int) -> float:
    """Seconds from writing a source of the web until the dev server gives out the new text."""
    path = ROOT / "packages/web/src/_bench.ts"
    path.write_text("export const x = 0\n")
    try:
        get(port, "app.localhost", "/src/_bench.ts")
        time.sleep(0.5)  # a new file and its first change must not be one event
        return until(
            lambda: path.write_text("export const x = 'changed'\n"),
            lambda: "changed" in get(port, "app.localhost", "/src/_bench.ts")[1],
        )
    finally:
        path.unlink(missing_ok=True)


def until(change: Callable[[], object], seen: Callable[[], bool]) -> float:
    """Seconds from the change until it is seen."""
    began = time.perf_counter()
    change()
    while not seen():
        if time.perf_counter() - began > 30:
            raise SystemExit("the change was never seen")
        time.sleep(0.01)
    return time.perf_counter() - began


def get(port: int, host: str, path: str) -> tuple[int, str]:
    """Status and body of a GET through the gateway; status 0 while nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except OSError:
        return 0, ""
    finally:
        connection.close()


def memory() -> float:
    """PSS in MB of the supervisor and all processes below it."""
    pid = json.loads((ROOT / ".yab/run/state.json").read_text())["pid"]
    supervisor = psutil.Process(pid)
    total = 0
    for process in (supervisor, *supervisor.children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def seconds(*command: str) -> float:
    """How long a command takes."""
    began = time.perf_counter()
    run(*command)
    return time.perf_counter() - began


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of this clone; only `yab status` and `yab down` may fail."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env)
    if done.returncode and command[1:2] not in (("status",), ("down",)):
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(samples: Samples, path: Path | None) -> None:
    """Prints the medians, and what they are in times an empty Python."""
    medians = {name: statistics.median(values) for name, values in samples.items()}
    base = medians["python -c pass"]
    print("| what | median | × python -c pass |\n|---|---|---|")
    for name, value in medians.items():
        if name.startswith("memory"):
            print(f"| {name} | {value:.0f} | |")
        else:
            print(f"| {name} | {value:.3f} s | {value / base:.1f} |")
    if path:
        path.write_text(json.dumps({"medians": medians, "samples": samples}, indent=2) + "\n")


if __name__ == "__main__":
    main()
