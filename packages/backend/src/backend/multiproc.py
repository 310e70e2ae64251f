"""The folder in which the children of one server share their metrics."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_LOCK = "lock"


@contextlib.contextmanager
def shared_folder(parent: Path) -> Iterator[Path]:
    """A new folder below `parent`, gone at the end. Removes those of servers that were killed: an emptyDir outlives
    its containers. A folder is in use while its lock is held, in whichever pid namespace."""
    parent.mkdir(parents=True, exist_ok=True)
    # One at a time: between the making of a folder and its locking it would look like a killed server's.
    with (parent / _LOCK).open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for sibling in parent.iterdir():
            _remove_unused(sibling)
        folder = Path(tempfile.mkdtemp(dir=parent))
        lock = (folder / _LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_unused(folder: Path) -> None:
    """Removes the folder unless a living server holds its lock. One without a lock is not ours, or just being made."""
    with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an OSError where it is held
        shutil.rmtree(folder, ignore_errors=True)
