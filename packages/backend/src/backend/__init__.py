"""The product: API, worker and migrations."""
