"""How many CPUs this container may use."""

import math
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def cpu_limit(root: Path = CGROUP) -> int:
    """CPUs of the cgroup's limit (v2, then v1), rounded down, at least 1; 1 where nothing limits.

    Without a limit the machine's count would be wrong in a pod: it may share 64 CPUs with a hundred others.
    """
    for quota, period in (_v2(root), _v1(root)):
        if quota > 0 and period > 0:
            return max(1, math.floor(quota / period))
    return 1


def _v2(root: Path) -> tuple[int, int]:
    words = _words(root / "cpu.max")
    return (int(words[0]), int(words[1])) if len(words) == 2 and words[0] != "max" else (0, 0)


def _v1(root: Path) -> tuple[int, int]:
    quota, period = (_words(root / "cpu" / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    return (int(quota[0]), int(period[0])) if quota and period else (0, 0)


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
