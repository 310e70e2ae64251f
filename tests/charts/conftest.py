"""Fixtures of the chart tests."""

from __future__ import annotations

import pytest
from chart_rendering import CHARTS, ENVIRONMENTS


@pytest.fixture(params=ENVIRONMENTS)
def env(request: pytest.FixtureRequest) -> str:
    """Each environment."""
    return str(request.param)


@pytest.fixture(params=CHARTS)
def chart(request: pytest.FixtureRequest) -> str:
    """Each component's chart."""
    return str(request.param)
