"""Russian: Django's own formats but for one."""
