"""What can be chosen about a fit, with the defaults and why they are what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from gustibus.adapting import PriorFamily
from gustibus.comparisons import GustibusError
from gustibus.fitting.classifiers import describe_classifier
from gustibus.fitting.likelihood_uses import likelihood_use
from gustibus.fitting.setting_checks import check_settings, refuse_idle
from gustibus.fitting.setting_uses import ONE_TASTE, ModelName, idle_settings
from gustibus.likelihoods import Likelihood, likelihood_of
from gustibus.models import Assignment, Distance, Gate, Placement, Similarity, WeightSpace

__all__ = ["FitSettings"]

PROTOTYPES = 4


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """Settings of a fit. ``None`` means: choose it on validation judgements.

    A setting that the model has no use for is refused, with the models that have one; :meth:`for_model` takes the
    settings of one model to another and leaves such settings behind.

    Parameters
    ----------
    model : {"auto", "hierarchical", "pal-a", "pal-b", "low-rank", "mixture", "bt", "classification", "pair-input", \
"gpm", "scalar-cyclic", "plural-gpm"}
        Default: ``"auto"``, and ``"pal-a"`` where ``prototypes`` are asked for, as in :func:`gustibus.fit`. They are:
        the one that suits the judgements (the hierarchical model, unless another predicts validation judgements better
        by more than a standard error, and circles by more than two on held-out pairs); everybody's own coefficients
        from a common distribution, ideal points (PAL-A),
        ideal points that depend on the prompt (PAL-B), shared low-rank rewards, types of people (mixture of
        Bradley-Terry), Bradley-Terry (one taste for all), a classifier of winners and losers, a network that reads
        both responses; or preferences that may go in circles: a general preference model, a reward plus circles, and
        both for different people.
    prototypes : int or "auto", optional
        K, the number of tastes of PAL-A and PAL-B, the rank of low-rank rewards, the number of types of a mixture: 4.
        ``"auto"`` chooses it among 1, 2, 3, 4, 5, 6, 8 by the log loss of people and judgements that are kept out of
        these fits: the fewest that are within one standard error of the best.
    dimensions : int or tuple of int, optional
        d, the width of the space in which PAL-A and PAL-B compare what is wanted with what there is; tried: 8, 4, 16.
        Of models with circles the width of representations, two a plane; tried: 2, 4, 8, and more are taken only where
        they gain two standard errors on validation judgements over fewer. A tuple says what to try.
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
        free, and averaged over their posterior. Low-rank rewards with ``prior="particles"`` stay on the simplex: they
        are fitted jointly with how often each mixture of them occurs.
    prior : {"dirichlet", "logistic-normal", "particles"}, optional
        Family of the distribution of people on the simplex; tried: all three.
    scale : float, optional
        Of the hierarchical model: prior variance of people's coefficients; tried: 0.0002 to 32.
    types : int, optional
        Of the hierarchical model: number of normal components; tried: 1, 2, 3, 4, 5, 6, 8.
    restarts : int
        Of a mixture.
    classifier : str or estimator
        ``logistic``, ``gradient-boosting``, ``mlp``, ``forest``, or any scikit-learn classifier with probabilities.
    plain : bool
        Of pair-input: fit the network as each pair was shown and report how much it contradicts itself.
    person : {"user", "group"}
        Whose tastes are told apart: those of people, or of the groups in the ``group`` column.
    gate : {"none", "softmax", "softmax*k", "softplus", "signed"}
        How the prompt weighs the planes of models with circles, see :class:`gustibus.models.SkewOperator`; ``signed``
        is the one that plural-gpm can have.
    temperature, unit_norm
        Of models with circles: tau, and whether representations have length 1.
    cyclic_ratio : float, optional
        How many times the ridge of the reward that of the circles is; tried: 10, 50, 500, 5000, at
        which nothing goes round any more.
    initial_scale : float
        Of PAL-B: the factor S at the start (log-odds); it is learned.
    prototype_scale : float, optional
        Spread of the prototypes at the start; tried: 0.1 and 1.
    likelihood : str or Likelihood
        One of :data:`gustibus.likelihoods.LIKELIHOODS` by name, ``name:value`` for its first parameter, or with all its
        parameters, as in ``Margin(scale=2.0)``. Which models take which, and exactly or not:
        :data:`gustibus.fitting.LIKELIHOOD_USES`.
    tie_by : {"group"}, optional
        Learn how common ties are in each group of the ``group`` column, drawn to how common they are among all; with
        ``likelihood="rao-kupper"`` or ``"davidson"``. Groups that come later are taken as all are. Default: one
        parameter for all.
    user_penalty : float, optional
        Strength with which people are drawn to the population, in units of one judgement; tried: 1, 0.3, 3, and for
        free weights 3, 1, 10.
    shared_penalty : float, optional
        Ridge strength on the shared parameters; for Bradley-Terry, a mixture and pair-input chosen from a grid, for
        PAL-A, PAL-B and low-rank rewards 0.1 (early stopping does most of the work there).
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

    model: ModelName = None  # type: ignore[assignment]  # until __post_init__: what fit takes if nothing is said
    prototypes: int | Literal["auto"] | None = None
    dimensions: int | tuple[int, ...] | None = None
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
    gate: Gate | Literal["signed"] = "none"
    temperature: float = 1.0
    unit_norm: bool = False
    cyclic_ratio: float | None = None
    inference: Literal["point", "joint"] = "point"
    prior: PriorFamily | None = None
    scale: float | None = None
    types: int | None = None
    restarts: int = 5
    classifier: Any = "logistic"
    plain: bool = False
    person: Literal["user", "group"] = "user"
    likelihood: str | Likelihood = "logistic"
    tie_by: Literal["group"] | None = None
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
        if vars(self)["model"] is None:
            object.__setattr__(self, "model", _usual_model(self.prototypes))
        values = vars(self)
        check_settings(values)
        refuse_idle(values, {field.name for field in fields(self) if values[field.name] != field.default})

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
        return PROTOTYPES if self.prototypes is None else self.prototypes

    @property
    def one_taste(self) -> bool:
        """Whether everybody is taken to have one taste from the start."""
        return self.model in ONE_TASTE or self.prototypes == 1

    @property
    def free_weights(self) -> bool:
        """Whether people's weights are any numbers and not shares."""
        return self.model == "low-rank" and self.weights == "free"

    @property
    def prompts_apart(self) -> bool:
        """Whether the model looks at prompts by themselves."""
        return self.model == "pal-b" or self.gate != "none"

    @property
    def full_width(self) -> bool:
        """Whether the maps keep the width of their input, which leaves no ``dimensions`` to choose."""
        return self.residual or 0 in self.hidden

    def make_likelihood(self) -> Likelihood:
        """The likelihood that these settings name."""
        return likelihood_of(self.likelihood)

    def with_(self, **changes: Any) -> FitSettings:
        """A copy with some settings changed."""
        return replace(self, **changes)

    def for_model(self, model: ModelName, **changes: Any) -> FitSettings:
        """These settings for another model: those that it has no use for are at their defaults again.

        Examples
        --------
        >>> quick = FitSettings(model="pal-a", prototypes=2, max_steps=50, seed=3)
        >>> mixture = quick.for_model("mixture", restarts=2)
        >>> mixture.prototypes, mixture.restarts, mixture.max_steps, mixture.seed
        (2, 2, 600, 3)
        """
        asked = {**vars(self), "model": model, **changes}
        idle = set(idle_settings(asked)) - set(changes)
        if likelihood_use(model, asked["likelihood"]).kind == "refused":
            idle |= {"likelihood", "tie_by"} - set(changes)
        return FitSettings(**{name: value for name, value in asked.items() if name not in idle})

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values; a classifier that was given as an object is described."""
        likelihood = self.likelihood.to_dict() if isinstance(self.likelihood, Likelihood) else self.likelihood
        return {**vars(self), "classifier": describe_classifier(self.classifier), "likelihood": likelihood}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FitSettings:
        """Settings from what :meth:`to_dict` gave, without those that the model has no use for.

        Examples
        --------
        >>> settings = FitSettings(model="pal-b", hidden=(8,))
        >>> FitSettings.from_dict(settings.to_dict()) == settings
        True
        """
        given = {field.name: values.get(field.name, field.default) for field in fields(cls)}
        given["model"] = given["model"] or _usual_model(given["prototypes"])
        given["hidden"] = tuple(given["hidden"])
        if isinstance(given["likelihood"], Mapping):
            given["likelihood"] = likelihood_of(given["likelihood"])
        if isinstance(given["dimensions"], list):
            given["dimensions"] = tuple(given["dimensions"])
        return cls(**{name: value for name, value in given.items() if name not in idle_settings(given)})


def _usual_model(prototypes: object) -> ModelName:
    """The model if none is named."""
    return "auto" if prototypes is None else "pal-a"
