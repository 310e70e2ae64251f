"""Makes the template one's own: the product's name, prefix and domains in every file that repeats them.

Other tools read charts, overlays and workflows without `yab`, so those files hold the names literally.
The tool keeps its own name: `yab` as a command, a package or a folder is never touched. `yab.toml` is
written last: after an interruption the same command finishes the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from yab.errors import UsageError
from yab.project.load import parse
from yab.project.model import FILE, Project
from yab.project.tables import DOMAIN, NAME

# Where names are repeated; sources of the tool, history and decisions keep theirs.
PLACES = (
    FILE,
    "README.md",
    "Makefile",
    "charts/**/*",
    "k8s/**/*",
    "docker/**/*",
    ".github/**/*",
    "docs/*.md",
    "packages/*/README.md",
    "packages/*/index.html",
    "tools/**/*.yaml",
)
# Written from the tool's own help.
GENERATED = ("docs/cli.md",)
LONGEST_NAME = 30


@dataclass(frozen=True)
class Names:
    """What a product is called: its name, its release prefix, and the domain of each environment."""

    name: str
    prefix: str
    domains: dict[str, str]

    @classmethod
    def of(cls, project: Project) -> Names:
        """The names that `yab.toml` gives now."""
        domains = {name: environment.domain for name, environment in project.environments.items()}
        return cls(project.name, project.prefix, domains)

    def renamed(self, name: str, prefix: str | None, domain: str | None) -> Names:
        """The names after `yab init`. UsageError for a name that Kubernetes would refuse.

        A new `domain` is production's; the others' that end in the old one follow it.
        """
        short = prefix or name
        for option, value in (("NAME", name), ("--prefix", short)):
            if not re.fullmatch(NAME, value) or len(value) > LONGEST_NAME:
                todo = f"use a-z, 0-9 and -, beginning with a letter, at most {LONGEST_NAME} characters"
                raise UsageError(f"yab init {option}", f"{value!r} is not a name", todo)
        if domain is not None and not re.fullmatch(DOMAIN, domain):
            raise UsageError("yab init --domain", f"{domain!r} is not a domain", "write it like shop.example.com")
        old = self.domains.get("production", "")
        domains = {
            environment: re.sub(rf"(?<![\w-]){re.escape(old)}$", domain, each) if domain and old else each
            for environment, each in self.domains.items()
        }
        return Names(name, short, domains)


def files(root: Path) -> Iterator[Path]:
    """Every file that repeats names, `yab.toml` last; built and generated ones left out."""
    found = {path for pattern in PLACES for path in root.glob(pattern) if path.is_file()}
    for path in sorted(found, key=lambda each: (each == root / FILE, each)):
        name = path.relative_to(root)
        built = {"node_modules", "dist"} & set(name.parts) or name.parts[2:3] == ("charts",)
        if not built and str(name) not in GENERATED:
            yield path


def rewrite(text: str, old: Names, new: Names, components: Iterable[str]) -> str:
    """A file's text with the old names replaced, each once: what is new is not looked at again."""
    values = [value for _, value, _ in _tokens(new, components)]
    pattern = "|".join(f"({each})" for _, _, each in _tokens(old, components))
    return re.sub(pattern, lambda match: values[(match.lastindex or 1) - 1], text)


def apply(root: Path, project: Project, new: Names, *, force: bool = False) -> list[Path]:
    """Rewrites the files; those that changed.

    Nothing is written when `yab.toml` would be wrong with the new names or, without `force`, one of them
    is taken: UsageError, ConfigError or Problems. OSError where a file cannot be written.
    """
    old, before = Names.of(project), dict(_texts(root))
    if not force:
        _refuse_taken(root, before, old, new, project.components)
    after = {path: rewrite(text, old, new, project.components) for path, text in before.items()}
    own = root / FILE
    after[own] = re.sub(rf'(?m)^(prefix\s*=\s*)"{re.escape(old.prefix)}"', rf'\g<1>"{new.prefix}"', after[own])
    parse(root, after[own])
    changed = [path for path in before if after[path] != before[path]]
    for path in changed:
        path.write_bytes(after[path].encode())
    return [path.relative_to(root) for path in changed]


def _texts(root: Path) -> Iterator[tuple[Path, str]]:
    for path in files(root):
        with suppress(UnicodeDecodeError):  # a picture holds no names
            yield path, path.read_bytes().decode()


def _tokens(names: Names, components: Iterable[str]) -> list[tuple[str, str, str]]:
    """The option that chooses a name, the name, and the pattern of what is that name and nothing else."""
    words = "|".join(map(re.escape, [*components, *names.domains]))
    found = [
        ("NAME", names.name, rf"(?<![\w.-]){re.escape(names.name)}(?![\w-])"),
        ("--prefix", names.prefix, rf"(?<![\w.-]){re.escape(names.prefix)}(?=-(?:{words})(?!\w))"),
    ]
    for _, domain in sorted(names.domains.items()):
        dashed = domain.replace(".", "-")
        found.append(("--domain", domain, rf"(?<![\w-]){re.escape(domain)}(?![\w-])(?!\.\w)"))
        found.append(("--domain", dashed, rf"(?<!\w){re.escape(dashed)}(?=-tls)"))
    return found


def _refuse_taken(root: Path, texts: dict[Path, str], old: Names, new: Names, components: Iterable[str]) -> None:
    """A name that the files use for something else already could not be told apart by the next renaming."""
    for (_, before, _), (option, name, pattern) in zip(_tokens(old, components), _tokens(new, components), strict=True):
        for path, text in texts.items() if name != before else ():
            lines = (line for line in text.splitlines() if "yab init" not in line)
            if any(re.search(pattern, line) for line in lines):
                what = f"{name!r} is used in {path.relative_to(root)} already"
                todo = "choose another; or pass --force, and rename by hand from then on"
                raise UsageError(f"yab init {option}", what, todo)
