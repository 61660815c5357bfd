"""The template of a picture: Jinja with autoescape, quick where there is nothing to escape."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

from chainrule.app.paths import TEMPLATES

_special = re.compile("[&<>\"']").search


class _Code(CodeGenerator):
    """Writes what is shown by ``_Quick.shown`` instead of Jinja's ``escape``, which makes an object of each text."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.shown(")


class _Quick(Environment):
    """Looks for a dictionary's key before an attribute: most of what the template shows are keys."""

    code_generator_class = _Code

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return ``obj.attribute`` as the template means it."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    @staticmethod
    def shown(value: Any) -> str:
        """Return the text of a value, escaped unless it is markup."""
        kind = type(value)
        if kind is str:
            return value if _special(value) is None else escape(value)
        return str(value) if kind is int or kind is float or kind is Markup else escape(value)


@cache
def template() -> Template:
    """The template of all pictures. Autoescape covers everything a user wrote, and all else too."""
    environment = _Quick(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("graph.svg")
