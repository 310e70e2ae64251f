"""Accounts: who uses the product."""
