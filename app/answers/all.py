"""Everything that a process of heavy work needs, imported ahead of its first job."""

from chainrule.app.answers import graph, program

__all__ = ["graph", "program"]
