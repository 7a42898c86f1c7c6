"""A record opened for a while: asking for it, what is open, ending it."""
