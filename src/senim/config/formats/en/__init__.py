"""English as written in Kazakhstan: Django's own is American."""
