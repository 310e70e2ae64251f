"""What cannot heal ends `up` at once with its cause; what can is healed and shown."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest
from localbench import YAB, Bench, eventually

pytestmark = pytest.mark.product

JOB = """
apiVersion: batch/v1
kind: Job
metadata:
  name: tiny-migrate
  annotations: {{helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "{weight}"}}
spec:
  backoffLimit: {retries}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: example/api
          command: ["python", "-c", "{code}"]
"""


def failed_up(bench: Bench, *words: str) -> str:
    """The error of an `up` that must fail with exit code 1 and leave nothing."""
    done = bench.yab("up", "--detach", *words, code=1)
    assert "Traceback (most recent call last)" not in done.stderr.replace("  │ Traceback", "")
    assert "\n→ " in done.stderr
    assert bench.processes() == []
    return done.stderr


def test_a_command_that_does_not_exist(bench: Bench) -> None:
    bench.tiny.server("api", local='command = ["no-such-program"]')
    error = failed_up(bench)
    assert "charts/api Deployment/tiny-api" in error
    assert "no-such-program: command not found" in error


def test_a_process_that_crashes_three_times(bench: Bench) -> None:
    bench.tiny.server("api", local='command = ["python", "-c", "raise SystemExit(\'boom at line 7\')"]')
    error = failed_up(bench)
    assert "tiny-api-0: crashed 3 times before it was ready: exit code 1" in error
    assert "│ boom at line 7" in error


def test_a_startup_probe_that_is_exhausted(bench: Bench) -> None:
    probe = "startupProbe: {httpGet: {path: /x, port: http}, periodSeconds: 1, failureThreshold: 2}"
    code = "import time; print('never listening', flush=True); time.sleep(60)"
    bench.tiny.server("api", probes=probe, local=f'command = ["python", "-c", "{code}"]\nenv = {{P = "{{port:http}}"}}')
    error = failed_up(bench)
    assert "the startup probe failed 2 times: GET :" in error
    assert "connection refused" in error
    assert "│ never listening" in error


def test_a_readiness_that_never_comes_ends_with_the_wait(bench: Bench) -> None:
    bad = bench.root / "bad"
    bad.touch()
    bench.tiny.server("api", env=f"- {{name: BAD_FILE, value: '{bad}'}}")
    error = failed_up(bench, "--wait", "2")
    assert "tiny-api: not ready within 2 s" in error


def test_a_migration_that_fails(bench: Bench) -> None:
    code = "print('no such column'); raise SystemExit(3)"
    bench.tiny.component("db", JOB.format(weight=0, retries=1, code=code), 'command = ["true"]')
    bench.tiny.server("api", needs='needs = ["db"]')
    error = failed_up(bench)
    assert "tiny-migrate failed: exit code 3" in error
    assert "│ no such column" in error
    assert bench.yab("status", code=1).stderr.count("the last start failed") == 1


def test_hook_jobs_run_in_the_order_of_their_weights(bench: Bench) -> None:
    line = "open('order', 'a').write('{0} ')"
    jobs = [
        JOB.format(weight=weight, retries=0, code=line.format(weight)).replace("tiny-migrate", f"tiny-{name}")
        for weight, name in ((5, "a"), (-3, "b"), (1, "c"))
    ]
    bench.tiny.component("db", "---".join(jobs), 'command = ["true"]')
    bench.yab("up", "--detach")
    assert (bench.root / "order").read_text() == "-3 1 5 "


def test_a_killed_child_is_restarted_and_shown(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.yab("up", "--detach")
    os.kill(bench.get("api.localhost").json["pid"], signal.SIGKILL)
    eventually(lambda: bench.row("tiny-api-0")["restarts"] == 1)
    eventually(lambda: bench.get("api.localhost").status == 200)
    assert bench.status()["phase"] == "ready"


def test_a_process_that_keeps_crashing_later_is_backed_off_not_given_up(bench: Bench) -> None:
    flag = bench.root / "crash"
    code = f"import os, runpy, sys; os.path.exists('{flag.name}') and sys.exit('again'); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0])"
    local = f'command = ["python", "-c", "{code}", "programs/server.py", "{{port:http}}"]'
    bench.tiny.server("api", local=local)
    bench.yab("up", "--detach")
    flag.touch()
    os.kill(bench.get("api.localhost").json["pid"], signal.SIGKILL)
    eventually(lambda: bench.row("tiny-api-0")["restarts"] >= 4)
    assert bench.row("tiny-api-0")["status"] in ("back-off", "starting")
    flag.unlink()
    eventually(lambda: bench.status()["phase"] == "ready")


def test_a_liveness_probe_restarts_what_hangs(bench: Bench) -> None:
    bad = bench.root / "bad"
    probe = "livenessProbe: {httpGet: {path: /x, port: http}, periodSeconds: 1, failureThreshold: 2}"
    bench.tiny.server("api", env=f"- {{name: BAD_FILE, value: '{bad}'}}", probes=probe)
    bench.yab("up", "--detach")
    bad.touch()
    eventually(lambda: bench.row("tiny-api-0")["restarts"] >= 1)
    bad.unlink()
    eventually(lambda: bench.status()["phase"] == "ready")


def test_a_killed_supervisor_leaves_no_orphan_and_the_next_up_starts(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.yab("up", "--detach")
    os.kill(bench.status()["pid"], signal.SIGKILL)
    bench.yab("up", "--detach")
    assert bench.get("api.localhost").status == 200
    supervisors = [p for p in bench.processes() if "yab.local.supervisor" in p.cmdline()]
    servers = [p for p in bench.processes() if "programs/server.py" in p.cmdline()]
    assert (len(supervisors), len(servers)) == (1, 1)


def test_the_second_up_says_that_it_runs(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.yab("up", "--detach")
    error = bench.yab("up", code=1).stderr
    assert f"already running here (pid {bench.status()['pid']})" in error


def test_of_two_ups_at_once_one_starts_and_one_says_so(bench: Bench) -> None:
    bench.tiny.server("api")
    both = [subprocess.Popen([*YAB, "up", "--detach"], cwd=bench.root, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert any("already running here" in error for error in errors)


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a small file system: needs root")
def test_a_full_disk_is_named_and_damages_nothing(bench: Bench) -> None:
    bench.tiny.server("api")
    state = bench.root / ".yab"
    state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(state)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine cannot mount a tmpfs")
    try:
        (state / "filler").write_bytes(b"x" * 40_000)
        with pytest.raises(OSError, match="No space"):
            (state / "more").write_bytes(b"x" * 100_000)
        done = bench.yab("up", "--detach", code=1)
        assert "cannot be written: No space left on device" in done.stderr
        for name in ("filler", "more"):
            (state / name).unlink()
        bench.yab("up", "--detach")
        bench.yab("down")
    finally:
        subprocess.run(["umount", "-l", str(state)], check=True)


def test_a_folder_that_cannot_be_written_is_named(bench: Bench) -> None:
    bench.tiny.server("api")
    (bench.root / ".yab").write_text("a file where a folder must be")
    done = bench.yab("up", "--detach", code=1)
    assert "cannot be written" in done.stderr
    (bench.root / ".yab").unlink()


def stopped_by(bench: Bench, *signals: signal.Signals) -> tuple[int, float]:
    """Starts attached, waits until ready, sends the signals; exit code and seconds."""
    process = bench.start("up")
    eventually(lambda: (bench.root / ".yab/run/state.json").exists() and bench.status()["phase"] == "ready")
    began = time.monotonic()
    for number in signals:
        process.send_signal(number)
        time.sleep(0.3)
    process.communicate(timeout=30)
    seconds = time.monotonic() - began
    assert bench.processes() == []
    return process.returncode, seconds


@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP,)],
    ids=["ctrl-c", "sigterm", "closed terminal"],
)
def test_a_signal_stops_everything(bench: Bench, signals: tuple[signal.Signals, ...]) -> None:
    bench.tiny.server("api")
    code, _ = stopped_by(bench, *signals)
    assert code == 130


def test_a_second_ctrl_c_does_not_wait_for_the_grace(bench: Bench) -> None:
    code = "import signal, sys, runpy; signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0])"
    bench.tiny.server("api", local=f'command = ["python", "-c", "{code}", "programs/server.py", "{{port:http}}"]')
    exit_code, seconds = stopped_by(bench, signal.SIGINT, signal.SIGINT)
    assert exit_code == 130
    assert seconds < 4  # its grace is 5 s


def test_a_killed_front_end_takes_the_product_with_it(bench: Bench) -> None:
    bench.tiny.server("api")
    process = bench.start("up")
    eventually(lambda: (bench.root / ".yab/run/state.json").exists() and bench.status()["phase"] == "ready")
    process.kill()
    process.wait(timeout=10)
    eventually(lambda: bench.processes() == [])


def test_pre_stop_runs_before_the_signal_and_the_grace_bounds_all(bench: Bench) -> None:
    marker = bench.root / "stopped"
    hook = f"lifecycle: {{preStop: {{exec: {{command: [touch, '{marker}']}}}}}}"
    bench.tiny.server("api", probes=hook)
    bench.yab("up", "--detach")
    bench.yab("down")
    assert marker.exists()


def test_a_program_that_is_gone_for_a_while_is_waited_for(bench: Bench) -> None:
    program = bench.root / "programs" / "serve"
    program.write_text('#!/bin/sh\nexec python programs/server.py "$1"\n')
    program.chmod(0o755)
    bench.tiny.server("api", local='command = ["programs/serve", "{port:http}"]')
    bench.yab("up", "--detach")
    away = program.rename(program.with_name("away"))
    os.kill(bench.get("api.localhost").json["pid"], signal.SIGKILL)
    eventually(lambda: "command not found" in bench.row("tiny-api-0")["detail"])
    away.rename(program)
    eventually(lambda: bench.status()["phase"] == "ready")


SIDECAR_JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: tiny-job, annotations: {helm.sh/hook: pre-install}}
spec:
  backoffLimit: 3
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - {name: side, image: x, restartPolicy: Always, command: [sleep, "60"]}
      containers:
        - name: main
          image: x
          command: [sh, -c, 'echo x >> tries; test "$(wc -l < tries)" -ge 3']
"""


def test_a_job_with_a_sidecar_is_tried_again_until_it_succeeds(bench: Bench) -> None:
    bench.tiny.component("db", SIDECAR_JOB, 'command = ["true"]')
    bench.yab("up", "--detach", "--wait", "30")
    assert (bench.root / "tries").read_text() == "x\nx\nx\n"
    assert bench.row("tiny-job-0")["status"] == "done"
    assert not [process for process in bench.processes() if "sleep" in process.cmdline()]
