"""gustibus learns what different people prefer.

The public names live in rooms and are loaded when first used, so that ``import gustibus`` stays light.

Examples
--------
>>> import gustibus as gs
>>> gs.Comparisons.from_rows([{"user_id": "ann", "response_a": "tea", "response_b": "milk", "choice": "a"}]).n_users
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "AdaptedUser",
    "AdaptedUsers",
    "AnswerStore",
    "BadRows",
    "ChatEndpoint",
    "Comparison",
    "Comparisons",
    "DataWarning",
    "Disagreement",
    "EmbeddingStore",
    "Encoder",
    "EndpointEncoder",
    "FitSettings",
    "FittedModel",
    "GustibusError",
    "Judged",
    "OneHot",
    "Persona",
    "Posterior",
    "Predictions",
    "Progress",
    "Ranked",
    "Report",
    "SPLITS",
    "Summary",
    "TextEncoder",
    "TransformersEncoder",
    "Vectors",
    "VoteShares",
    "__version__",
    "check_no_leak",
    "compare",
    "compare_page",
    "disagreement",
    "embedded_samples",
    "evaluate",
    "fit",
    "fit_family",
    "ideal_point_world",
    "judge",
    "load",
    "load_aspects",
    "load_dataset",
    "load_people",
    "n_shot",
    "people_split",
    "people_table",
    "plan_judging",
    "prompt_world",
    "published_gpm",
    "published_pal_a",
    "published_pal_b",
    "read",
    "read_aspects",
    "read_personas",
    "read_vectors",
    "shared_reward_world",
    "split",
    "standard_baselines",
    "summarise",
    "town",
    "vote_shares",
    "write",
]

if TYPE_CHECKING:
    from gustibus.adapting import Posterior
    from gustibus.aggregation import Ranked
    from gustibus.catalog import embedded_samples, load_aspects, load_dataset, load_people
    from gustibus.catalog.ideal_point_world import ideal_point_world  # as with fit
    from gustibus.catalog.prompt_world import prompt_world
    from gustibus.catalog.shared_reward_world import shared_reward_world
    from gustibus.catalog.town import town
    from gustibus.comparisons import (
        SPLITS,
        BadRows,
        Comparisons,
        DataWarning,
        GustibusError,
        Progress,
        Summary,
        VoteShares,
        check_no_leak,
        n_shot,
        read,
        read_aspects,
        split,
        summarise,
        vote_shares,
        write,
    )
    from gustibus.diagnosis import Disagreement
    from gustibus.diagnosis.disagreement import disagreement  # as with fit
    from gustibus.embedding import (
        EmbeddingStore,
        Encoder,
        EndpointEncoder,
        OneHot,
        TextEncoder,
        TransformersEncoder,
        Vectors,
        read_vectors,
    )
    from gustibus.evaluation import Report, people_split, standard_baselines
    from gustibus.evaluation.evaluate import evaluate  # as with fit
    from gustibus.fitted import AdaptedUser, AdaptedUsers, FittedModel, Predictions, load, people_table
    from gustibus.fitted.fit import fit, fit_family  # not through its room: mypy would take the module of that name
    from gustibus.fitting import FitSettings, published_gpm, published_pal_a, published_pal_b
    from gustibus.judging import AnswerStore, ChatEndpoint, Judged, Persona, plan_judging, read_personas
    from gustibus.judging.judge import judge  # as with fit
    from gustibus.reporting.compare_page import compare_page
    from gustibus.study import Comparison
    from gustibus.study.compare import compare  # as with fit
else:
    # The same names once more, by room: what a type checker sees above is what is loaded here when it is asked for.
    _NAMES_OF_ROOM = {
        "adapting": "Posterior",
        "aggregation": "Ranked",
        "catalog": (
            "embedded_samples ideal_point_world load_aspects load_dataset load_people prompt_world shared_reward_world "
            "town"
        ),
        "comparisons": (
            "BadRows Comparisons DataWarning GustibusError Progress SPLITS Summary VoteShares "
            "check_no_leak n_shot read read_aspects split summarise vote_shares write"
        ),
        "diagnosis": "Disagreement disagreement",
        "embedding": (
            "EmbeddingStore Encoder EndpointEncoder OneHot TextEncoder TransformersEncoder Vectors read_vectors"
        ),
        "evaluation": "Report evaluate people_split standard_baselines",
        "fitted": "AdaptedUser AdaptedUsers FittedModel Predictions fit fit_family load people_table",
        "fitting": "FitSettings published_gpm published_pal_a published_pal_b",
        "judging": "AnswerStore ChatEndpoint Judged Persona judge plan_judging read_personas",
        "reporting": "compare_page",
        "study": "Comparison compare",
    }
    _ROOM_OF_NAME = {name: room for room, names in _NAMES_OF_ROOM.items() for name in names.split()}

    def __getattr__(name):
        room = _ROOM_OF_NAME.get(name)
        if room is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{room}"), name)
        globals()[name] = value  # so that this is asked once a name
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
