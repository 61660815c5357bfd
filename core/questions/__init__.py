"""Questions: seeded programs with blanks, how answers are read, judged and diagnosed."""

from chainrule.core.questions.generator import Question, question
from chainrule.core.questions.judge import Verdict, judge

__all__ = ["Question", "Verdict", "judge", "question"]
