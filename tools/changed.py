"""Which areas of the repository differ from a commit, as `area=true` lines for a workflow's outputs.

    make changed BASE=<commit>

CI asks it which jobs a pull request needs. Without a base (a push to main, say) every area has changed.
A file that belongs to no area, and every tool that all areas share, counts for all of them: a forgotten
path costs minutes, never a check.
"""

import subprocess
import sys
from pathlib import PurePosixPath

# The areas that a file belongs to, by the pattern that fits first.
AREAS = (
    ("charts", ("charts/**", "k8s/**", "tests/charts/**")),
    ("web", ("packages/web/**", "packages/admin/**", "packages/ui-kit/**", "packages/api-client/**")),
    ("backend", ("packages/backend/**", "bench/asgi/**", "bench/queue/**")),
    ("docs", ("docs/**", "*.md", "LICENSE", ".editorconfig", "tests/docs/**")),
)
# What the documentation tests read of the rest is small; they run in every job of units.
NAMES = tuple(name for name, _ in AREAS)


def areas(paths: list[str]) -> set[str]:
    """The areas of the paths: all of them as soon as one path belongs to none."""
    found = {area_of(path) for path in paths}
    return set(NAMES) if "" in found else found


def area_of(path: str) -> str:
    """A path's area, empty where it has none of its own."""
    pure = PurePosixPath(path)
    for name, patterns in AREAS:
        for pattern in patterns:
            folder = pattern.removesuffix("/**")
            if pure.is_relative_to(folder) if pattern.endswith("/**") else len(pure.parts) == 1 and pure.match(pattern):
                return name
    return ""


def differing(base: str) -> list[str]:
    """The paths that differ between a commit's merge base with HEAD and HEAD. CalledProcessError without it."""
    command = ["git", "diff", "--name-only", "-z", f"{base}...HEAD"]
    return [
        name for name in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0") if name
    ]


def main(base: str) -> int:
    """Prints a line for each area."""
    changed = areas(differing(base)) if base.strip("0") else set(NAMES)
    for name in NAMES:
        print(f"{name}={str(name in changed).lower()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
