"""Several models side by side on one's own data: the same people, the same judgements, several seeds."""

from gustibus.study.compare import compare
from gustibus.study.comparison import Comparison
from gustibus.study.free_numbers import FreeNumbers, free_numbers
from gustibus.study.model_choice import ModelChoice, model_choices
from gustibus.study.recommending import Recommendation, recommend
from gustibus.study.rounds import Round, compare_rounds, rounds_of
from gustibus.study.rows import Figures, ModelRow
from gustibus.study.trial import Trial, run_trial

__all__ = [
    "Comparison",
    "Figures",
    "FreeNumbers",
    "ModelChoice",
    "ModelRow",
    "Recommendation",
    "Round",
    "Trial",
    "compare",
    "compare_rounds",
    "free_numbers",
    "model_choices",
    "recommend",
    "rounds_of",
    "run_trial",
]
