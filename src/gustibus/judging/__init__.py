"""What a model says: pairs of responses judged by a model behind a chat endpoint, as personas and in both orders."""

from gustibus.judging.answer_store import AnswerStore
from gustibus.judging.chat_endpoint import ChatEndpoint
from gustibus.judging.judge import judge, plan_judging
from gustibus.judging.judged import Judged, JudgingPlan, JudgingReport
from gustibus.judging.orders import Disagreement, OrderReport
from gustibus.judging.personas import Persona, read_personas
from gustibus.judging.sampled import Sampled, Samples, SamplingReport
from gustibus.judging.sampling import sample_responses
from gustibus.judging.usage import Usage
from gustibus.judging.wording import AnswerForm

__all__ = [
    "AnswerForm",
    "AnswerStore",
    "ChatEndpoint",
    "Disagreement",
    "Judged",
    "JudgingPlan",
    "JudgingReport",
    "OrderReport",
    "Persona",
    "Sampled",
    "Samples",
    "SamplingReport",
    "Usage",
    "judge",
    "plan_judging",
    "read_personas",
    "sample_responses",
]
