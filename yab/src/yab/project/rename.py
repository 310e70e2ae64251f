"""Makes the template one's own: the product's name, prefix and domains in every file that repeats them.

Other tools read charts, overlays and workflows without `yab`, so those files hold the names literally.
The tool keeps its own name: `yab` as a command, a package or a folder is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yab.errors import UsageError
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
            environment: re.sub(rf"{re.escape(old)}$", domain, each) if domain and old else each
            for environment, each in self.domains.items()
        }
        return Names(name, short, domains)


def files(root: Path) -> Iterator[Path]:
    """Every file that repeats names, built dependencies left out."""
    for pattern in PLACES:
        for path in sorted(root.glob(pattern)):
            parts = path.relative_to(root).parts
            if path.is_file() and not {"node_modules", "dist"} & set(parts) and parts[2:3] != ("charts",):
                yield path


def rewrite(text: str, old: Names, new: Names, components: Iterable[str]) -> str:
    """A file's text with the old names replaced, each once: what is new is not looked at again."""
    words = [*components, *old.domains]
    table = {
        rf"(?<![\w.-]){re.escape(old.name)}(?![\w-])": new.name,
        rf"(?<![\w.-]){re.escape(old.prefix)}(?=-(?:{'|'.join(map(re.escape, words))})(?!\w))": new.prefix,
    }
    # The longest domain first: staging's contains production's.
    for environment in sorted(old.domains, key=lambda name: len(old.domains[name]), reverse=True):
        domain = old.domains[environment]
        if domain != new.domains[environment]:
            table[rf"(?<![\w-]){re.escape(domain)}(?![\w-])(?!\.\w)"] = new.domains[environment]
            dashed = re.escape(domain.replace(".", "-"))
            table[rf"(?<!\w){dashed}(?=-tls)"] = new.domains[environment].replace(".", "-")
    values = list(table.values())
    pattern = "|".join(f"({each})" for each in table)
    return re.sub(pattern, lambda match: values[(match.lastindex or 1) - 1], text)


def apply(root: Path, project: Project, new: Names) -> list[Path]:
    """Rewrites the files; those that changed. OSError where one cannot be written."""
    old, changed = Names.of(project), []
    for path in files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        after = rewrite(text, old, new, project.components)
        if path.name == FILE and path.parent == root:
            after = _prefix_line(after, old, new)
        if after != text:
            path.write_text(after, encoding="utf-8")
            changed.append(path.relative_to(root))
    return changed


def _prefix_line(text: str, old: Names, new: Names) -> str:
    return re.sub(rf'(?m)^(prefix\s*=\s*)"{re.escape(old.prefix)}"', rf'\g<1>"{new.prefix}"', text)
