"""Containers that cannot run: images, configuration, crashes, probes."""

from __future__ import annotations

import pytest
from kube_objects import API, ago, condition, container, ended, event, fact, job, owner, pod, runs, told, waits

from yab.cluster.diagnosis import Kind, Patience
from yab.cluster.reading import time

IMAGE = "ghcr.io/yourorg/api:sha-1"
PULL = f'rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": {IMAGE}: not found'
DENIED = (
    f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": pull access denied, repository does not exist '
    "or may require authorization: server message: insufficient_scope: authorization failed"
)
UNAUTHORIZED = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": unexpected status from HEAD request to https://ghcr.io/v2/: 401 Unauthorized'
HICCUP = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": failed to do request: Head "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 10.96.0.10:53: no such host'


@pytest.mark.parametrize(
    ("reason", "message", "cause", "todo"),
    [
        ("ErrImagePull", PULL, "not found", "`yab build api --push`"),
        (
            "ImagePullBackOff",
            f'Back-off pulling image "{IMAGE}": ErrImagePull: {PULL}',
            "not found",
            "`yab build api --push`",
        ),
        (
            "ErrImagePull",
            f"manifest for {IMAGE} not found: manifest unknown: manifest unknown",
            "not found",
            "yab build",
        ),
        ("ErrImagePull", DENIED, "the registry refuses access", "image.pullSecrets"),
        ("ErrImagePull", UNAUTHORIZED, "the registry wants other credentials", "Secret for ghcr.io"),
        (
            "ErrImagePull",
            "no match for platform in manifest sha256:0: not found",
            "not built for the node's platform",
            "build api for",
        ),
        (
            "InvalidImageName",
            f'Failed to apply default image tag "{IMAGE}": couldn\'t parse image name',
            "its name is invalid",
            "image.tag",
        ),
        (
            "ErrImageNeverPull",
            f'Container image "{IMAGE}" is not present with pull policy of Never',
            "the node lacks it",
            "yab build api",
        ),
        (
            "ImagePullBackOff",
            f'Back-off pulling image "{IMAGE}": ErrImagePull: {HICCUP}',
            "no such host",
            "every node reaches ghcr.io",
        ),
        (
            "ImagePullBackOff",
            f'Back-off pulling image "{IMAGE}"',
            "Back-off pulling image",
            "every node reaches ghcr.io",
        ),
    ],
)
def test_an_image_that_will_not_come(reason: str, message: str, cause: str, todo: str) -> None:
    found = fact(pod(container(state=waits(reason, message))))
    assert found.kind is Kind.IMAGE
    assert (found.object, found.namespace) == ("Pod/yab-api-rev2-x", "apps")
    assert found.cause.startswith(f'image "{IMAGE}" cannot be pulled: ')
    assert cause in found.cause
    assert todo in found.next
    assert found.container is None, "there are no logs"


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("ContainerCreating", ""),
        ("PodInitializing", ""),
        ("ErrImagePull", HICCUP),
        ("ErrImagePull", f'failed to pull and unpack image "{IMAGE}": unexpected status: 429 Too Many Requests'),
        ("RegistryUnavailable", "image pull failed because the registry is unavailable: 503"),
        ("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"),
        ("CreateContainerError", 'failed to reserve container name "api_0": name is reserved for "1"'),
        ("RunContainerError", "context deadline exceeded"),
        ("CrashLoopBackOff", "back-off 10s restarting failed container=api"),
    ],
)
def test_what_may_heal_is_waited_for(reason: str, message: str) -> None:
    assert told(pod(container(state=waits(reason, message), restarts=1))) is None


def test_the_images_name_is_no_message_of_the_registry() -> None:
    image = "registry.example/denied:unauthorized"
    spec = {"containers": [{**API, "image": image}]}
    message = f'failed to resolve reference "{image}": failed to do request: EOF'
    assert told(pod(container(state=waits("ErrImagePull", message)), spec=spec)) is None


def test_an_image_fact_dates_from_its_first_event() -> None:
    broken = pod(container(state=waits("ErrImagePull", PULL)))
    events = [
        event(broken, "Pod", "Failed", f'Failed to pull image "{IMAGE}": {PULL}', seconds=4, container="api", first=40),
        event(broken, "Pod", "Failed", "Error: ErrImagePull", seconds=50, container="other"),
    ]
    assert fact(broken, events).since == time({"at": ago(40)}, "at")


@pytest.mark.parametrize(
    ("message", "kind", "cause", "todo"),
    [
        ('secret "api-env" not found', Kind.SECRET, "Secret apps/api-env does not exist", "create secret generic api-env"),
        ("couldn't find key SMTP_URL in Secret apps/api-env", Kind.SECRET, "Secret apps/api-env has no key SMTP_URL", "add key SMTP_URL to Secret api-env"),
        ('configmap "api-config" not found', Kind.CONFIG, "ConfigMap apps/api-config does not exist", "create configmap api-config"),
        ("couldn't find key A in ConfigMap apps/api-config", Kind.CONFIG, "ConfigMap apps/api-config has no key A", "add key A to ConfigMap api-config"),
        (
            'container has runAsNonRoot and image will run as root (pod: "yab-api-x_apps(1)", container: api)',
            Kind.CONFIG, f'image "{IMAGE}" will run as root, which runAsNonRoot forbids', "USER",
        ),
        (
            'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "x", container: api)',
            Kind.CONFIG, f'image "{IMAGE}" has non-numeric user (app), which runAsNonRoot forbids', "USER",
        ),
        ('failed to prepare subPath for volumeMount "x" of container "api"', Kind.CONFIG, "cannot be created: failed to prepare subPath", "values of api"),
    ],
)  # fmt: skip
def test_a_container_that_is_not_created(message: str, kind: Kind, cause: str, todo: str) -> None:
    found = fact(pod(container(state=waits("CreateContainerConfigError", message))))
    assert found.kind is kind
    assert cause in found.cause
    assert todo in found.next


def test_a_missing_secret_dates_from_its_event() -> None:
    broken = pod(container(state=waits("CreateContainerConfigError", 'secret "api-env" not found')))
    events = [event(broken, "Pod", "Failed", 'Error: secret "api-env" not found', seconds=1, container="api", first=9)]
    assert fact(broken, events).since == time({"at": ago(9)}, "at")


def start_error(why: str) -> dict[str, object]:
    message = f"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {why}: unknown"
    return ended(128, "StartError", message=message)


@pytest.mark.parametrize(
    ("why", "cause"),
    [
        (
            'error during container init: exec: "backend": executable file not found in $PATH',
            '"backend" executable file not found in $PATH',
        ),
        (
            'exec: "/app/serve": stat /app/serve: no such file or directory',
            '"/app/serve" stat /app/serve: no such file or directory',
        ),
        ('exec: "/app/serve": permission denied', '"/app/serve" permission denied'),
        ("exec /usr/local/bin/python: exec format error", "exec format error"),
    ],
)
def test_a_command_that_cannot_start_counts_at_once(why: str, cause: str) -> None:
    found = fact(pod(container(state=waits("CrashLoopBackOff"), last=start_error(why), restarts=0)))
    assert found.kind is Kind.CRASH
    assert found.cause == f"container api cannot start: {cause}"
    assert found.container is None, "a process that never ran left no logs"


def test_run_container_error_tells_the_command() -> None:
    message = 'failed to create containerd task: exec: "nope": executable file not found in $PATH: unknown'
    assert '"nope" executable file not found' in fact(pod(container(state=waits("RunContainerError", message)))).cause


def test_a_command_that_runs_after_all_is_no_fact() -> None:
    last = start_error('exec: "backend": executable file not found in $PATH')
    assert told(pod(container(state=runs(), last=last, restarts=1))) is None


@pytest.mark.parametrize("code", [126, 127])
def test_exit_codes_of_a_shell_that_finds_no_command_count_at_once(code: int) -> None:
    found = fact(pod(container(state={"terminated": ended(code)})))
    assert f"exit code {code}" in found.cause
    assert (found.pod, found.container, found.previous) == ("yab-api-rev2-x", "api", False)


def test_a_crash_loop_counts_after_two_restarts() -> None:
    crash = ended(1, seconds=3, message="Traceback\nKeyError: 'DATABASE_URL'\n")
    found = fact(pod(container(state=waits("CrashLoopBackOff"), last=crash, restarts=2)))
    assert found.kind is Kind.CRASH
    assert found.cause == "container api ended 3 times, at last with exit code 1: KeyError: 'DATABASE_URL'"
    assert (found.pod, found.container, found.previous) == ("yab-api-rev2-x", "api", True)
    assert found.since == time({"at": ago(3)}, "at")
    assert told(pod(container(state=waits("CrashLoopBackOff"), last=crash, restarts=1))) is None
    assert told(pod(container(state=runs(), last=crash, restarts=5))) is None, "it runs again"


def test_patience_for_crashes_is_the_callers() -> None:
    crashing = pod(container(state=waits("CrashLoopBackOff"), last=ended(1), restarts=2))
    assert told(crashing, patience=Patience(ready=30, crashes=3)) is None


def test_out_of_memory_twice_tells_the_limit() -> None:
    found = fact(pod(container(state=waits("CrashLoopBackOff"), last=ended(137, "OOMKilled"), restarts=1)))
    assert "more memory than its limit (512Mi)" in found.cause
    assert found.next == "raise resources.limits.memory of api"


@pytest.mark.parametrize(
    ("code", "cause", "todo"),
    [
        (139, "exit code 139, SIGSEGV", "last log lines"),
        (0, "exit code 0", "runs until it is stopped"),
        (255, "exit code 255", "log"),
    ],
)
def test_how_it_ended(code: int, cause: str, todo: str) -> None:
    found = fact(pod(container(state=waits("CrashLoopBackOff"), last=ended(code), restarts=2)))
    assert found.cause.endswith(cause)
    assert todo in found.next


def test_an_init_container_counts_too() -> None:
    status = container("setup", state=waits("CrashLoopBackOff"), last=ended(1), restarts=2)
    waiting = container(state=waits("PodInitializing"))
    assert fact(pod(waiting, initContainerStatuses=[status])).container == "setup"


def killed(by: str, seconds: float = 3) -> tuple[dict, list[dict]]:
    broken = pod(container(state=runs(2), last=ended(137, seconds=seconds), restarts=1))
    return broken, [
        event(broken, "Pod", "Killing", f"Container api failed {by} probe, will be restarted", seconds, "api")
    ]


@pytest.mark.parametrize(
    ("answer", "cause", "todo"),
    [
        ("HTTP probe failed with statuscode: 503", "it answers 503", "why it answers 503"),
        ("HTTP probe failed with statuscode: 404", "it answers 404", "probes.startup.path"),
        (
            'Get "http://10.0.0.5:8000/health/": dial tcp 10.0.0.5:8000: connect: connection refused',
            "nothing listens on port 8000",
            "listen on 0.0.0.0",
        ),
        (
            'Get "http://10.0.0.5:8000/health/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
            "no answer within 2 s",
            "timeoutSeconds",
        ),
        ("not yet", "not yet", "probes.startup"),
    ],
)
def test_a_container_killed_for_its_startup_probe_tells_the_answer(answer: str, cause: str, todo: str) -> None:
    broken, events = killed("startup")
    events.append(event(broken, "Pod", "Unhealthy", f"Startup probe failed: {answer}", container="api"))
    found = fact(broken, events)
    assert found.kind is Kind.PROBE
    assert found.cause == f"startup probe GET /health/ (port http) of container api fails, so it is killed: {cause}"
    assert todo in found.next
    assert (found.container, found.previous) == ("api", True)
    assert found.since == time({"at": ago(3)}, "at")


def test_a_liveness_kill_is_told_without_an_answer_too() -> None:
    found = fact(*killed("liveness"))
    assert found.cause.startswith("liveness probe TCP (port 8000) of container api fails, so it is killed: ")


def test_a_kill_comes_before_the_crash_that_it_is() -> None:
    broken = pod(container(state=waits("CrashLoopBackOff"), last=ended(137), restarts=3))
    events = [
        event(broken, "Pod", "Killing", "Container api failed liveness probe, will be restarted", container="api")
    ]
    assert fact(broken, events).kind is Kind.PROBE


def test_a_probe_that_fails_and_a_container_that_recovered_are_no_facts() -> None:
    _, events = killed("startup")
    broken = pod(container(state=runs(), ready=True, restarts=1))
    assert told(broken, events) is None
    failing = [
        event(
            broken, "Pod", "Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503", container="api"
        )
    ]
    assert told(pod(container(state=runs())), failing) is None
    other = [event(broken, "Pod", "Killing", "Container proxy failed startup probe, will be restarted")]
    assert told(pod(container(state=runs())), other) is None


@pytest.mark.parametrize(("started", "told_"), [(31, True), (29, False)])
def test_a_readiness_probe_fails_for_longer_than_patience(started: float, told_: bool) -> None:
    broken = pod(container(state=runs(started)), conditions=[condition("ContainersReady", "False", seconds=40)])
    events = [
        event(
            broken,
            "Pod",
            "Unhealthy",
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
            container="api",
        )
    ]
    found = told(broken, events)
    assert (found is not None) == told_
    if found:
        assert found.cause == "readiness probe GET /health/ready (port http) of container api fails: it answers 503"
        assert (found.container, found.previous) == ("api", False)
    assert told(broken) is None, "a container that never answered its probe badly may just be slow"


def test_a_readiness_failure_of_before_it_was_ready_does_not_count() -> None:
    broken = pod(container(state=runs(300)), conditions=[condition("ContainersReady", "False", seconds=31)])
    events = [
        event(broken, "Pod", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", seconds=290)
    ]
    assert told(broken, events) is None


def test_the_words_of_an_exec_probe() -> None:
    spec = {"containers": [{"name": "api", "readinessProbe": {"exec": {"command": ["pg_isready", "-q"]}}}]}
    broken = pod(container(state=runs(60)), spec=spec)
    events = [
        event(
            broken,
            "Pod",
            "Unhealthy",
            'Readiness probe errored and resulted in unknown state: command timed out: "pg_isready -q" timed out after 1s',
        )
    ]
    assert fact(broken, events).cause == "readiness probe `pg_isready -q` of container api fails: no answer within 1 s"


def test_a_hooks_containers() -> None:
    by = owner("Job", "yab-api-migrate")
    looping = pod(container(state=waits("CrashLoopBackOff"), last=ended(1), restarts=3), by=by)
    assert told(looping, jobs=[job()]) is None, "the Job counts how often it may fail"
    lost = pod(container(state={"terminated": ended(127)}), by=by)
    assert fact(lost, jobs=[job()]).kind is Kind.MIGRATION
