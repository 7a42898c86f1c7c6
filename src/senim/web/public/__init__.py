"""The pages anyone may read: the front page and the founding cases."""
