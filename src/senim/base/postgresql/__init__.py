"""PostgreSQL as Django knows it, and as the second wall wants it: each statement says its door."""
