"""The ground: the rules of the school as pure Python. No Django, no clock, no I/O, no words."""
