"""What can be chosen about a fit, with the defaults and why they are what they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from numbers import Integral, Real
from typing import Any, Literal, get_args

from gustibus.adapting import PriorFamily
from gustibus.comparisons import GustibusError
from gustibus.fitting.classifiers import describe_classifier
from gustibus.likelihoods import Hinge, Likelihood, Logistic
from gustibus.models import Assignment, Distance, Placement, Similarity, WeightSpace

__all__ = ["COUNTED", "FitSettings", "ModelName"]

ModelName = Literal[
    "auto", "hierarchical", "pal-a", "pal-b", "low-rank", "mixture", "bt", "classification", "pair-input"
]
# Models without people.
ONE_TASTE = ("bt", "classification", "pair-input")
COUNTED = ("pal-a", "pal-b", "low-rank", "mixture")
"""Models that have a number of tastes, which can be given or chosen."""
# Models that can be fitted jointly with a normal distribution of people.
JOINT = ("pal-a", "pal-b", "low-rank")


_NUMBERS = (
    "user_penalty",
    "shared_penalty",
    "offset_penalty",
    "map_weight_decay",
    "prototype_scale",
    "initial_scale",
    "scale",
    "validation",
    "learning_rate",
)


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """Settings of a fit. ``None`` means: choose it on validation judgements.

    Parameters
    ----------
    model : {"auto", "hierarchical", "pal-a", "pal-b", "low-rank", "mixture", "bt", "classification", "pair-input"}
        The one that suits the judgements (the hierarchical model, unless another predicts validation judgements better
        by more than a standard error); everybody's own coefficients from a common distribution, ideal points (PAL-A),
        ideal points that depend on the prompt (PAL-B), shared low-rank rewards, types of people (mixture of
        Bradley-Terry), Bradley-Terry (one taste for all), a classifier of winners and losers, or a network that reads
        both responses.
    prototypes : int or "auto"
        K, the number of tastes of PAL-A and PAL-B, the rank of low-rank rewards, the number of types of a mixture.
        ``"auto"`` chooses it among 1, 2, 3, 4, 5, 6, 8 by the log loss of people and judgements that are kept out of
        these fits: the fewest that are within one standard error of the best.
    dimensions : int, optional
        d, the width of the space in which PAL-A and PAL-B compare what is wanted with what there is; tried: 8, 4, 16.
    components : int, optional
        Principal components of the embeddings; tried: 32, 96, 256 (numeric features up to 64 columns are standardised
        instead, and indicators of recurring items kept as they are).
    whiten : bool, optional
        Give every component unit variance; both are tried.
    raw_features : bool
        Take the embeddings as they are, without components or scaling (for published configurations).
    item_offsets : bool, optional
        A free, ridge-penalised reward per item, for items that recur; tried when items recur often enough to tell.
    hidden : tuple of int
        Hidden layers of the maps (PAL-A, PAL-B) or head (BT); empty for linear ones, which on stored embeddings learn
        better and faster than deep ones. A layer of width 0 is as wide as the response's features, and so then is
        the map's output.
    placement, distance, residual
        Geometry of PAL-A, see :class:`gustibus.models.IdealPoint`.
    similarity : {"linear", "cosine"}
        Of PAL-B: linear in people's weights, so that everybody is placed exactly, or as published; see
        :class:`gustibus.models.PromptIdealPoint`.
    assignment : {"mixture", "partition"}
        Of PAL-B: people mix the tastes, or belong wholly to one of them.
    weights : {"simplex", "free"}
        Of low-rank rewards: people mix the shared rewards, or weigh them by any numbers; see
        :class:`gustibus.models.LowRank`.
    inference : {"point", "joint"}
        Of PAL-A, PAL-B (linear) and low-rank rewards: point estimates of the map followed by the exact placing of
        people, as published; or the map fitted jointly with a normal distribution of people's weights, which are then
        free, and averaged over their posterior.
    prior : {"dirichlet", "logistic-normal", "particles"}, optional
        Family of the distribution of people on the simplex.
    scale : float, optional
        Of the hierarchical model: prior variance of people's coefficients; tried: 0.0002 to 32.
    types : int, optional
        Of the hierarchical model: number of normal components; tried: 1, 2, 3, 4, 6, 8.
    restarts : int
        Of a mixture.
    classifier : str or estimator
        ``logistic``, ``gradient-boosting``, ``mlp``, ``forest``, or any scikit-learn classifier with probabilities.
    plain : bool
        Of pair-input: fit the network as each pair was shown and report how much it contradicts itself.
    person : {"user", "group"}
        Whose tastes are told apart: those of people, or of the groups in the ``group`` column.
    initial_scale : float
        Of PAL-B: the factor S at the start (log-odds); it is learned.
    prototype_scale : float, optional
        Spread of the prototypes at the start; tried: 0.1 and 1.
    likelihood : {"logistic", "hinge"}
    user_penalty : float, optional
        Strength with which people are drawn to the population, in units of one judgement; tried: 1, 0.3, 3, and for
        free weights 3, 1, 10.
    shared_penalty : float, optional
        Ridge strength on the shared parameters; for Bradley-Terry chosen from a grid, for PAL-A 0.1 (early stopping
        does most of the work there).
    offset_penalty : float, optional
        Ridge strength on the item offsets; tried: 5, 1, 20 for PAL-A, a finer grid for Bradley-Terry.
    equal_people : bool
        Weight records so that every person counts the same.
    learning_rate, map_learning_rate, map_weight_decay : float
        Of Adam; the maps take ``learning_rate`` unless they have their own.
    scale_learning_rate : float, optional
        Of the logarithm of PAL-B's factor S; None is ``learning_rate``.
    max_steps, evaluate_every, patience : int
        Stop when ``patience`` evaluations on validation judgements in a row, one every ``evaluate_every`` steps,
        bring no gain in temperature-scaled log loss.
    batch_size : int, optional
        Judgements per step; None takes them all, which is fastest while features fit in memory.
    validation : float
        Share of each person's judgements (of people with six or more) kept for validation.
    posterior_draws : int
        Importance draws per person for the posterior over tastes.
    seed : int
    device : str
        ``auto`` takes CUDA when there is one.
    """

    model: ModelName = "pal-a"
    prototypes: int | Literal["auto"] = 4
    dimensions: int | None = None
    components: int | None = None
    whiten: bool | None = None
    raw_features: bool = False
    item_offsets: bool | None = None
    hidden: tuple[int, ...] = ()
    activation: Literal["relu", "gelu"] = "relu"
    residual: bool = False
    placement: Placement = "latent"
    distance: Distance = "squared"
    similarity: Similarity = "linear"
    assignment: Assignment = "mixture"
    weights: WeightSpace = "simplex"
    initial_scale: float = 1.0
    prototype_scale: float | None = None
    inference: Literal["point", "joint"] = "point"
    prior: PriorFamily | None = None
    scale: float | None = None
    types: int | None = None
    restarts: int = 5
    classifier: Any = "logistic"
    plain: bool = False
    person: Literal["user", "group"] = "user"
    likelihood: Literal["logistic", "hinge"] = "logistic"
    user_penalty: float | None = None
    shared_penalty: float | None = None
    offset_penalty: float | None = None
    equal_people: bool = False
    learning_rate: float = 0.02
    map_learning_rate: float | None = None
    map_weight_decay: float = 0.0
    scale_learning_rate: float | None = None
    max_steps: int = 600
    evaluate_every: int = 5
    patience: int = 12
    batch_size: int | None = None
    validation: float = 0.1
    posterior_draws: int = 512
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, choices in (
            ("model", get_args(ModelName)),
            ("placement", get_args(Placement)),
            ("distance", get_args(Distance)),
            ("similarity", get_args(Similarity)),
            ("assignment", get_args(Assignment)),
            ("weights", get_args(WeightSpace)),
            ("inference", ("point", "joint")),
            ("person", ("user", "group")),
            ("likelihood", ("logistic", "hinge")),
            ("activation", ("relu", "gelu")),
        ):
            if getattr(self, name) not in choices:
                raise GustibusError(f"{name}={getattr(self, name)!r} is not known; choose one of {', '.join(choices)}")
        at_least_one = (
            "prototypes",
            "dimensions",
            "components",
            "max_steps",
            "evaluate_every",
            "patience",
            "batch_size",
            "types",
            "restarts",
        )
        for name in at_least_one:
            value = getattr(self, name)
            if name == "prototypes" and value == "auto":
                continue
            if value is not None and (not _is_whole(value) or value < 1):
                hint = ", or 'auto'" if name == "prototypes" else ""
                raise GustibusError(f"{name} must be a whole number of at least 1{hint}, got {value!r}")
        if self.prototypes == "auto" and self.model not in COUNTED:
            why = "has coefficients for each person instead; its number of types is chosen anyway (types=None)"
            if self.model in ONE_TASTE:
                why = "has one for everybody"
            elif self.model == "auto":
                why = "chooses among whole models instead"
            raise GustibusError(
                f"prototypes='auto' counts tastes, and model={self.model!r} {why}; leave prototypes out, or use "
                "model='pal-a'"
            )
        seed: Any = self.seed
        if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
            raise GustibusError(f"seed must be a whole number of at least 0, got {seed!r}")
        if not isinstance(self.hidden, tuple | list) or not all(
            _is_whole(width) and width >= 0 for width in self.hidden
        ):
            raise GustibusError(f"hidden must be the widths of the layers, such as hidden=(64,), got {self.hidden!r}")
        if self.prior is not None and self.prior not in get_args(PriorFamily):
            raise GustibusError(f"prior={self.prior!r} is not known; choose one of {', '.join(get_args(PriorFamily))}")
        if self.inference == "joint" and self.model not in JOINT:
            raise GustibusError(
                f"inference='joint' is another way to fit {', '.join(JOINT)}; model={self.model!r} has its own. Leave "
                "it out, or take one of these."
            )
        for name in _NUMBERS:
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
                raise GustibusError(f"{name} must be a number, got {value!r}")
        for name in ("user_penalty", "shared_penalty", "offset_penalty", "map_weight_decay"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise GustibusError(f"{name} must not be negative, got {value}")
        for name in ("prototype_scale", "initial_scale", "offset_penalty", "scale"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise GustibusError(f"{name} must be positive, got {value}")
        if self.model == "bt" and self.likelihood != "logistic" and not self.hidden:
            raise GustibusError(
                "model='bt' without hidden layers is solved exactly with the logistic likelihood; leave "
                f"likelihood={self.likelihood!r} out, or give hidden layers"
            )
        if not 0 < self.validation < 0.5:
            raise GustibusError(f"validation must be a share between 0 and 0.5, got {self.validation}")
        if not self.learning_rate > 0:
            raise GustibusError(f"learning_rate must be positive, got {self.learning_rate}")

    @property
    def n_prototypes(self) -> int:
        """K, which is 1 where everybody has one taste; the hierarchical model has no use for it.

        Raises
        ------
        GustibusError
            If it is yet to be chosen; a fitted model's own ``n_prototypes`` is what was chosen.
        """
        if self.model in ONE_TASTE:
            return 1
        if self.prototypes == "auto":
            raise GustibusError(
                "prototypes='auto' is a number only after the fit: read n_prototypes of the fitted model, not of its "
                "settings"
            )
        return self.prototypes

    @property
    def one_taste(self) -> bool:
        """Whether everybody is taken to have one taste from the start."""
        return self.model in ONE_TASTE or self.prototypes == 1

    @property
    def free_weights(self) -> bool:
        """Whether people's weights are any numbers and not shares."""
        return self.model == "low-rank" and self.weights == "free"

    @property
    def full_width(self) -> bool:
        """Whether the maps keep the width of their input, which leaves no ``dimensions`` to choose."""
        return self.residual or 0 in self.hidden

    def make_likelihood(self) -> Likelihood:
        """The likelihood that these settings name."""
        return Hinge() if self.likelihood == "hinge" else Logistic()

    def with_(self, **changes: Any) -> FitSettings:
        """A copy with some settings changed."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values; a classifier that was given as an object is described."""
        values = asdict(replace(self, classifier=""))
        return values | {"classifier": describe_classifier(self.classifier)}


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
