"""YAML is read as Helm reads it, and written so that Helm reads the same again."""

from __future__ import annotations

from typing import Any

import helm_python
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yab.manifests import Manifest, Release, to_yaml
from yab.manifests.text import load, load_all

SCALARS = """
y yes n Off oN true tRue ~ null nULL << = 2020-01-02 2001-12-14T21:59:43Z 12:30 12:30:45 1.2.3 a.b
0 00 08 014 019 0o14 0o9 0x1F 0X1f 0xZZ 0b11 0b2 -014 -0x10 +1 1_000 _1 1_ 1,000 - +
1e3 1E5 1e+06 12e03 1e400 1e .5 .5e2 +.5 1. 0. 1.0 -1.5e-3 1_0.5 .e1 09.5 e3 -0
""".split()  # noqa: SIM905 - a table is easier to read
CORNERS = [
    "",
    " ",
    "a: b",
    "- a",
    "#x",
    "é",
    "\u2028",
    "\x85",
    "\t",
    "a\nb",
    "a\n",
    "\n\na ",
    "'",
    '"',
    "{",
    "%",
    "@",
    "&a",
    "!b",
    "*c",
    "---",
    "x" * 300,
]
text = st.one_of(st.sampled_from([*SCALARS, *CORNERS]), st.text(st.characters(exclude_categories=["Cs"])))
objects = st.recursive(
    st.one_of(text, st.booleans(), st.none(), st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_scalar_is_read_as_helm_reads_it(scalar: str) -> None:
    try:
        expected = helm_python.values_from_yaml(f"key: {scalar}")["key"]
    except helm_python.HelmValuesError:
        return
    found = load(f"key: {scalar}")["key"]
    assert (type(found), found) == (type(expected), expected)


def test_keys_are_text() -> None:
    source = "1: a\ntrue: b\n1.5: c\nyes: d\n<<: {x: 1}\n"
    assert load(source) == helm_python.values_from_yaml(source) == {"1": "a", "true": "d", "1.5": "c", "x": 1}


def test_empty_documents_are_left_out() -> None:
    assert load_all("---\n# nothing\n---\na: 1\n---\n") == [{"a": 1}]


@given(st.dictionaries(text, objects, min_size=1, max_size=4))
def test_what_is_written_is_what_helm_reads(raw: dict[str, Any]) -> None:
    written = to_yaml([Release("app", "shop-app", "apps", (Manifest(raw, "app/templates/x.yaml"),), ())])
    assert written.startswith("---\n# Source: app/templates/x.yaml\n")
    assert helm_python.values_from_yaml(written) == raw
    assert load(written) == raw
