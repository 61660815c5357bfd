"""A program or a captured model as one Python object: its numbers, its picture, a saved page, a served one."""
