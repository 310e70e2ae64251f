"""`tools/changed.py`: which jobs of CI a pull request needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

sys.path.insert(0, str(ROOT / "tools"))

import changed

ALL = set(changed.NAMES)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("charts/api/values.yaml", {"charts"}),
        ("k8s/overlays/local/values/api.yaml", {"charts"}),
        ("packages/backend/src/backend/app.py", {"backend"}),
        ("packages/ui-kit/src/form.tsx", {"web"}),
        ("packages/web/README.md", {"web"}),
        ("docs/adr/README.md", {"docs"}),
        ("README.md", {"docs"}),
        ("yab/src/yab/errors.py", ALL),
        ("requirements.lock", ALL),
        (".github/workflows/ci.yml", ALL),
        ("a/new/folder.py", ALL),
        ("chartsy/x.yaml", ALL),
    ],
)
def test_a_path_belongs_to_its_area(path: str, expected: set[str]) -> None:
    assert changed.areas([path]) == expected


def test_areas_of_several_paths_add_up() -> None:
    assert changed.areas(["README.md", "charts/README.md"]) == {"docs", "charts"}
    assert changed.areas([]) == set()


def test_every_pattern_fits_something() -> None:
    for _, patterns in changed.AREAS:
        for pattern in patterns:
            assert list(ROOT.glob(pattern.removesuffix("/**"))), pattern


def git(root: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def test_the_branchs_own_changes_count_not_mains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "begin")
    git(tmp_path, "checkout", "-q", "-b", "branch")
    (tmp_path / "README.md").write_text("x")
    git(tmp_path, "add", "README.md")
    git(tmp_path, "commit", "-q", "-m", "ours")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "yab.toml").write_text("x")
    git(tmp_path, "add", "yab.toml")
    git(tmp_path, "commit", "-q", "-m", "theirs")
    base = git(tmp_path, "rev-parse", "main")
    git(tmp_path, "checkout", "-q", "branch")
    monkeypatch.chdir(tmp_path)
    assert changed.differing(base) == ["README.md"]


@pytest.mark.parametrize("base", ["", "0" * 40])
def test_without_a_base_everything_has_changed(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert changed.main(base) == 0
    assert capsys.readouterr().out.split() == [f"{name}=true" for name in changed.NAMES]
