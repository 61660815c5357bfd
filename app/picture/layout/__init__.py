"""The layout: a place for each node and a route for each edge, by ELK or by a plain layout."""

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.layout.layouts import Layouts, is_small

__all__ = ["Box", "Layout", "Layouts", "Point", "Route", "is_small"]
