"""The text of a program: its statements, where each stands, and the comment behind it."""

import ast
import re

from chainrule.core.errors import ProgramError, Remedy
from chainrule.core.language.pasted import lines_of, tidied
from chainrule.core.language.syntax_advice import keyword_as_name, korean, syntax_advice
from chainrule.core.python_tree import python_tree
from chainrule.core.text import Text

STATEMENTS = Text(
    "`이름 = 식`, `def`, `for i in range(…)`, 마지막 줄의 식 하나",
    "`name = expression`, `def`, `for i in range(…)`, and one expression at the end",
)
"""What a program consists of, as an error tells it."""


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Source:
    """A program's text, read by ``ast``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.commented = "#" in text or "＃" in text
        self.ascii = text.isascii()
        """Whether columns are bytes; they are not where characters in front of the code were taken away."""
        self.prompts = False
        """Whether it is a dialogue with the interpreter."""
        self._code = self.lines
        self._shifts: dict[int, int] = {}

    def statements(self, longest: int) -> tuple[list[ast.stmt], ProgramError | None]:
        """The statements of the longest readable beginning, and the error that ends it, if one does."""
        if len(self.text) > longest:
            return [], ProgramError(
                Text(
                    f"프로그램이 {len(self.text):,}자입니다. {longest:,}자까지 쓸 수 있습니다.",
                    f"The program has {len(self.text):,} characters; at most {longest:,} are allowed.",
                ),
                1,
                1,
            )
        try:
            return python_tree(self.text).body, None
        except SyntaxError as found:
            if "\0" in self.text:  # a ValueError before Python 3.11.4
                error = self._no_text()
                return self._beginning(error), error
            if self._tidy():
                return self._tidied_statements()
            error = self._syntax_error(found)
        except (RecursionError, MemoryError):
            error = self._too_deep()
        except ValueError:  # half of a surrogate pair
            error = self._no_text()
        return self._beginning(error), error

    def _place_of_no_text(self) -> tuple[int, int]:
        """Where the first character stands that no program can have: Python does not say."""
        for line, text in enumerate(self.lines, start=1):
            if found := _NO_TEXT.search(text):
                return line, found.start() + 1
        return 1, 1

    def _no_text(self) -> ProgramError:
        line, column = self._place_of_no_text()
        return ProgramError(
            Text("프로그램에 글자가 아닌 것이 있습니다.", "The program has a character that is no text."),
            line,
            column,
            hint=Text("이 글자를 지우세요.", "delete this character"),
        )

    def _tidy(self) -> bool:
        """Take away what stands around pasted code; whether there was anything."""
        found = tidied(self.text)
        if found.text == "\n".join(self.lines):
            return False
        self.text, self._shifts, self.prompts = found
        self._code = lines_of(self.text)
        self.ascii = False
        return True

    def _tidied_statements(self) -> tuple[list[ast.stmt], ProgramError | None]:
        try:
            return python_tree(self.text).body, None
        except SyntaxError as found:
            error = self._syntax_error(found)
        except (RecursionError, MemoryError):
            error = self._too_deep()
        return self._beginning(error), error

    def _beginning(self, error: ProgramError) -> list[ast.stmt]:
        """The statements before an error of syntax."""
        lines = lines_of(self.text)
        for end in range(min(error.line - 1, len(lines)), max(0, error.line - 50), -1):
            try:
                return python_tree("\n".join(lines[:end])).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return []

    def position(self, node: ast.AST) -> tuple[int, int]:
        """Line and column of a node of the tree, in characters from 1."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        return line, (column if self.ascii else self._characters(line, column)) + 1

    def span(self, node: ast.AST) -> tuple[int, int, int | None]:
        """Line, column and end column of a node of the tree, in characters from 1; no end on another line."""
        line, column = self.position(node)
        end_line, end_offset = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        if end_line != line or end_offset is None:
            return line, column, None
        return line, column, self._characters(line, end_offset) + 1

    def comment(self, statement: ast.stmt) -> str | None:
        """The comment behind a statement, as typed."""
        line = self.lines[(statement.end_lineno or statement.lineno) - 1].replace("＃", "#")
        if '"' in line or "'" in line:
            return self._comment_after_text(line)
        return line.partition("#")[2].strip() or None

    def _comment_after_text(self, line: str) -> str | None:
        """The comment of a line with texts in it: behind the first # outside of them."""
        quote = ""
        for at, character in enumerate(line):
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character == "#":
                return line[at + 1 :].strip() or None
        return None

    def text_of(self, node: ast.AST) -> str:
        """The characters that a node of the tree was read from."""
        return ast.get_source_segment(self.text, node) or type(node).__name__

    def _characters(self, line: int, offset: int) -> int:
        """``ast`` counts bytes of UTF-8; people count characters, those in front of the code too."""
        text = self._code[line - 1] if line <= len(self._code) else ""
        shift = self._shifts.get(line, 0)
        return shift + (offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore")))

    def _too_deep(self) -> ProgramError:
        # Python's parser does not say where; the longest line is the one.
        return ProgramError(
            Text("식이 너무 깊게 중첩되어 있습니다.", "An expression is nested too deeply."),
            max(range(len(self.lines)), key=lambda line: len(self.lines[line])) + 1,
            1,
            hint=Text(
                "중간 결과에 이름을 붙여 여러 줄로 나누세요.",
                "name intermediate results on lines of their own",
            ),
        )

    def _syntax_error(self, found: SyntaxError) -> ProgramError:
        line, column = found.lineno or 0, max(found.offset or 1, 1)
        if not line:
            line, column = self._place_of_no_text()
        same_line = found.end_lineno in (None, found.lineno)
        end = found.end_offset if same_line and found.end_offset and found.end_offset > column else column + 1
        reason = (found.msg or "invalid syntax").split(". ")[0]
        if reason.startswith("Exceeds the limit"):
            reason = "a number of too many digits"
        shift = self._shifts.get(line, 0)
        code = self._code[line - 1] if line <= len(self._code) else ""
        word = keyword_as_name(code)
        return ProgramError(
            Text(f"여기서 문법이 맞지 않습니다: {korean(reason)}.", f"The syntax is wrong here: {reason}."),
            line,
            column + shift,
            end + shift,
            hint=syntax_advice(code),
            allowed=STATEMENTS,
            remedy=Remedy("rename", word) if word is not None else None,
        )
