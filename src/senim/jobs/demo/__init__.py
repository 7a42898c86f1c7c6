"""The demo: an invented region with its schools, made from a seed and written through services."""
