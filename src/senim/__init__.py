"""Senim: the school's own record, open and answerable to those it concerns."""
