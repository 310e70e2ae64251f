"""Kubernetes quantities (`500m`, `256Mi`) as numbers, for `resourceFieldRef`."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}


def parse(text: str) -> Decimal:
    """The number a quantity stands for; ValueError where it is none."""
    number = text.rstrip("KMGTinumk")
    suffix = text[len(number) :]
    if suffix not in _SUFFIXES:
        raise ValueError(text)
    return Decimal(number) * _SUFFIXES[suffix]


def in_units(resources: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """What a `resourceFieldRef` gives: limits or requests in units of its divisor, rounded up.

    A limit that is not set is the machine's own (all cores, all memory), as the kubelet does it.
    """
    group, _, name = str(reference["resource"]).partition(".")
    value = (resources.get(group) or {}).get(name)
    amount = parse(str(value)) if value is not None else _of_the_machine(group, name)
    return str(math.ceil(amount / parse(str(reference.get("divisor") or "1"))))


def _of_the_machine(group: str, name: str) -> Decimal:
    if group == "requests":
        return Decimal(0)
    if name == "cpu":
        return Decimal(os.cpu_count() or 1)
    return Decimal(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
