"""Questions, verdicts, hints and answers as JSON."""

from typing import Any

from chainrule.app.encoding.encode import encode
from chainrule.app.encoding.mathml import formula
from chainrule.app.lecture.examples import line_in
from chainrule.app.web.i18n import Language
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.ops import mistake_told
from chainrule.core.questions.blanks import Blank
from chainrule.core.questions.generator import LEVEL_TITLES, Question, question
from chainrule.core.questions.hints import STAGES, hint
from chainrule.core.questions.judge import TOLERANCE, judge
from chainrule.core.text import Text


def set_json(seed: int, level: int, count: int, language: Language) -> bytes:
    """Encode a set of questions as `QuestionSet` describes it, without their answers."""
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


def check_json(item: Question, blank: Blank, answer: str) -> bytes:
    """Judge an answer, and encode the verdict as `CheckAnswer` describes it."""
    verdict = judge(item, blank, answer)
    mistake = None
    if verdict.mistakes:
        titles = [mistake_told(name)[0] for name in verdict.mistakes]
        mistake = {
            "name": "+".join(verdict.mistakes),
            "title": {
                "ko": " + ".join(title.ko for title in titles),
                "en": " + ".join(title.en for title in titles),
            },
        }
    return encode(
        {
            "verdict": verdict.kind,
            "said": verdict.text._asdict(),
            "mistake": mistake,
            "text": blank.answer_text if verdict.kind == "right" else None,
        }
    )


def hint_json(item: Question, blank: Blank, stage: int) -> bytes:
    """Encode a hint as `HintAnswer` describes it."""
    given = hint(item.solved, blank, stage)
    return encode(
        {
            "stage": given.stage,
            "said": given.text._asdict(),
            "formula": formula(given.latex) if given.latex else None,
        }
    )


def answer_json(blank: Blank) -> bytes:
    """Encode the answer to a blank as `RightAnswer` describes it."""
    return encode({"text": blank.answer_text})


def blank_of(item: Question, blank_id: str) -> Blank:
    """The blank with an id. Raises ProblemError."""
    try:
        return item.blank(blank_id)
    except KeyError:
        known = ", ".join(blank.id for blank in item.blanks)
        raise ProblemError(
            "unknown-id",
            Text(
                f"이 문제에는 `{blank_id[:80]}`라는 빈칸이 없습니다.",
                f"This question has no blank `{blank_id[:80]}`.",
            ),
            name=blank_id[:80],
            allowed=Text(known, known),
        ) from None


def _question(item: Question, language: Language) -> dict[str, Any]:
    return {
        "index": item.index,
        "title": item.title._asdict(),
        "program": "\n".join(line_in(line, language) for line in item.program.split("\n")),
        "upstream": item.upstream,
        "labels": "shapes" if item.mode == "shapes" else "blanks",
        "blanks": [
            {
                "id": blank.id,
                "kind": blank.kind,
                "asks": blank.asks,
                "part": blank.part,
                "name": blank.name._asdict(),
            }
            for blank in item.blanks
        ],
    }
