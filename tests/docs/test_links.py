"""No link of the documentation is broken."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_files import anchors, documents, links
from running import ROOT


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_relative_link_leads_somewhere(path: Path) -> None:
    text = path.read_text()
    broken = []
    for link in links(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _, fragment = link.partition("#")
        target = (path.parent / unquote(place)) if place else path
        if not target.exists() or (fragment and target.suffix == ".md" and fragment not in anchors(target.read_text())):
            broken.append(link)
    assert not broken


def test_links_in_code_are_none_and_headings_are_found() -> None:
    text = "# A `b` c!\n[x](y.md) `[no](no.md)`\n```sh\n[no](no.md)\n```\n"
    assert links(text) == ["y.md"]
    assert anchors(text) == {"a-b-c"}
