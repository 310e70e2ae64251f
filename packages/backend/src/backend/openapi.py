"""`python -m backend openapi`: the document, byte-stable; needs neither a database nor settings."""

import json

from backend.app import create_app
from backend.config import Settings


def document() -> str:
    """The OpenAPI document as JSON."""
    app = create_app(Settings.model_construct())
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False)
