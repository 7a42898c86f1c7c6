"""Signing in and out, the second factor, first-time cards, and the demo's doors."""
