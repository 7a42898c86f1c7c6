"""Kazakh: Django has no formats for it."""
