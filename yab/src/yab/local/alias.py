"""A name without spaces for a clone's `.yab` folder.

Mount paths are rewritten inside shell scripts of charts too (`sh -c 'echo x > /scratch/mark'`), where a
space would end the word; a link whose path has none makes every clone safe.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

from yab.errors import FailedError

_SAFE = re.compile(r"[\w./+@-]+")


def of(folder: Path, cache: Path | None = None) -> Path:
    """The folder itself where its path is safe in a shell, else a link to it below `~/.cache/yab`.

    Raises FailedError where the link cannot be made, or its own path is no better.
    """
    if _SAFE.fullmatch(str(folder)):
        return folder
    links = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yab" / "clones"
    link = links / hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    if not _SAFE.fullmatch(str(link)):
        raise FailedError(str(folder), "its path cannot be used in shell scripts", "move the clone to a plain path")
    links.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not link.is_symlink() or link.readlink() != folder:
        _forget_removed(links)
        with suppress(FileNotFoundError):
            link.unlink()
        with suppress(FileExistsError):
            link.symlink_to(folder)
    return link


def _forget_removed(links: Path) -> None:
    """Removes the links of clones that are gone; one that comes back gets its link at its next start."""
    for link in links.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink(missing_ok=True)
