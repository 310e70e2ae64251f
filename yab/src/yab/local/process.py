"""One operating-system process: started in a session of its own, its output logged, its group ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import anyio
from anyio.abc import Process as AnyioProcess

from yab.errors import FailedError
from yab.local import launch
from yab.local.model import Container

LONGEST_LINE = 16_384


class Process:
    """A container's process. Stop it with `stop`: it and all it started are gone afterwards."""

    def __init__(self, process: AnyioProcess, container: Container) -> None:
        self._process = process
        self._container = container
        self.pid = process.pid

    @classmethod
    async def start(cls, container: Container, root: Path) -> Process:
        """Starts the container's command in the clone's root. FailedError where there is no such command."""
        env = launch.environment(root, container.env)
        program = launch.executable(container.command, root, env["PATH"])
        if program is None:
            raise FailedError(
                container.where,
                f"{container.command[0]}: command not found",
                "install it, or mend the command in yab.toml or in the chart",
            )
        argv = launch.argv([program, *container.command[1:]])
        try:
            process = await anyio.open_process(
                argv, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=env, cwd=root, start_new_session=True
            )
        except OSError as error:
            todo = "free what the machine ran out of (processes, memory, files)"
            raise FailedError(container.where, f"cannot be started: {error.strerror}", todo) from error
        return cls(process, container)

    async def log(self, write: Callable[[str], None]) -> None:
        """Hands every line of output on until the process closes it; very long lines are cut."""
        rest = b""
        assert self._process.stdout is not None
        with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            async for chunk in self._process.stdout:
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                for line in lines:
                    write(line.decode(errors="replace").rstrip("\r"))
        if rest:
            write(rest.decode(errors="replace"))

    async def wait(self) -> int:
        """Waits for the main process to end, then ends what it left behind; its exit code."""
        code = await self._process.wait()
        self.kill()
        return code

    async def stop(self, grace: float) -> None:
        """Sends the stop signal, and SIGKILL to the whole group when `grace` seconds are over."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.Signals[self._container.stop_signal])
        with anyio.move_on_after(grace):
            await self._process.wait()
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the process and all of its session's group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def explain(code: int) -> str:
    """An exit code in words: `exit code 1`, `killed by SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"
