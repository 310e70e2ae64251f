"""What the stand-ins share: errors on two lines, and privileges dropped with util-linux."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn


def fail(where: str, what: str, todo: str, code: int = 1) -> NoReturn:
    """Two lines on stderr, and the exit code."""
    sys.stderr.write(f"{where}: {what}\n→ {todo}\n")
    raise SystemExit(code)


def become(argv: Sequence[str]) -> NoReturn:
    """Replaces this process by the server: same pid, so that signals reach it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execvp(argv[0], list(argv))


def unprivileged_user() -> pwd.struct_passwd:
    """Whom a server becomes when root starts it: `postgres` where it exists, else `nobody`."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    fail("user nobody", "does not exist", "run as a user other than root", 3)


def dropping(user: pwd.struct_passwd, *, read_all: bool) -> list[str]:
    """The prefix that runs a command as another user and ends it with its parent (Linux).

    `read_all` keeps the one capability to look into folders of others: a clone below /root is closed to
    everybody else, and no folder's mode is changed for it.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        fail("setpriv", "not found", "install util-linux, or run as a user other than root", 3)
    # access(2) would drop the capability again without the secure bit (capabilities(7)).
    reading = [
        "--inh-caps=-all,+dac_read_search",
        "--ambient-caps=-all,+dac_read_search",
        "--securebits=+no_setuid_fixup",
    ]
    caps = reading if read_all else []
    # A change of credentials clears the parent-death signal, so it is asked for here again.
    death = ["--pdeathsig=TERM"] if sys.platform == "linux" else []
    return [
        setpriv,
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        *caps,
        *death,
        "--",
    ]


def can_reach(prefix: Sequence[str], *paths: Path) -> bool:
    """Whether a command run with the prefix may enter or read all paths."""
    script = 'for path in "$@"; do test -r "$path" || exit 1; done'
    done = subprocess.run([*prefix, "sh", "-c", script, "sh", *map(str, paths)], cwd="/", check=False)
    return done.returncode == 0
