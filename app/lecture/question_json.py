"""The answers of the questions' calls as bytes."""

from typing import Any

from chainrule.app.encoding.encode import encode
from chainrule.app.encoding.mathml import formula
from chainrule.app.lecture.examples import line_in
from chainrule.app.web.i18n import Language
from chainrule.app.web.problems import ProblemError
from chainrule.core.ops import mistake_told
from chainrule.core.questions.blanks import Blank
from chainrule.core.questions.generator import LEVEL_TITLES, Question, question
from chainrule.core.questions.hints import STAGES, hint
from chainrule.core.questions.judge import TOLERANCE, judge
from chainrule.core.text import Text


def set_json(seed: int, level: int, count: int, language: Language) -> bytes:
    """What `QuestionSet` describes."""
    levels = [{"level": at, "title": title._asdict()} for at, title in enumerate(LEVEL_TITLES, start=1)]
    return encode(
        {
            "seed": seed,
            "level": level,
            "tolerance": TOLERANCE,
            "stages": STAGES,
            "levels": levels,
            "questions": [_question(question(seed, level, index), language) for index in range(count)],
        }
    )


def check_json(asked: Question, blank: Blank, answer: str) -> bytes:
    """What `CheckAnswer` describes."""
    verdict = judge(asked, blank, answer)
    mistake = None
    if verdict.mistake is not None:
        title, _ = mistake_told(verdict.mistake)
        mistake = {"name": verdict.mistake, "title": title._asdict()}
    return encode(
        {
            "verdict": verdict.kind,
            "said": verdict.text._asdict(),
            "mistake": mistake,
            "text": blank.answer_text if verdict.kind == "right" else None,
        }
    )


def hint_json(asked: Question, blank: Blank, stage: int) -> bytes:
    """What `HintAnswer` describes."""
    found = hint(asked.solved, blank, stage)
    return encode(
        {
            "stage": found.stage,
            "said": found.text._asdict(),
            "formula": formula(found.latex) if found.latex else None,
        }
    )


def answer_json(blank: Blank) -> bytes:
    """What `RightAnswer` describes."""
    return encode({"text": blank.answer_text})


def blank_of(asked: Question, blank_id: str) -> Blank:
    """The blank with this id. Raises ProblemError."""
    try:
        return asked.blank(blank_id)
    except KeyError:
        known = ", ".join(blank.id for blank in asked.blanks)
        raise ProblemError(
            "unknown-id",
            Text(
                f"이 문제에는 `{blank_id[:80]}`라는 빈칸이 없습니다.",
                f"This question has no blank `{blank_id[:80]}`.",
            ),
            name=blank_id[:80],
            allowed=Text(known, known),
        ) from None


def _question(asked: Question, language: Language) -> dict[str, Any]:
    return {
        "index": asked.index,
        "title": asked.title._asdict(),
        "program": "\n".join(line_in(line, language) for line in asked.program.split("\n")),
        "upstream": asked.upstream,
        "labels": "shapes" if asked.mode == "shapes" else "blanks",
        "blanks": [
            {
                "id": blank.id,
                "kind": blank.kind,
                "asks": blank.asks,
                "part": blank.part,
                "name": blank.name._asdict(),
            }
            for blank in asked.blanks
        ],
    }
