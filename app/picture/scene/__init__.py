"""The scene: what of a graph is visible, and how much space each part needs; nothing depends on numbers."""

from chainrule.app.picture.scene.nodes import SceneNode
from chainrule.app.picture.scene.scene import Scene, SceneEdge, SceneGroup
from chainrule.app.picture.scene.space import Direction, Labels

__all__ = ["Direction", "Labels", "Scene", "SceneEdge", "SceneGroup", "SceneNode"]
