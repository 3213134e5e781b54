"""A classifier of winners and losers as a reward."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.estimator_file import estimator_from_bytes, estimator_to_bytes

__all__ = ["ClassificationReward", "LogitFrom"]

LogitFrom = Literal["decision", "probability"]


class ClassificationReward(PreferenceModel):
    r"""The logit with which a classifier takes an item for a winner: ``r(x) = logit P(won | phi(x))``.

    The classifier was shown winners labelled 1 and losers labelled 0, each item by itself, and any scikit-learn
    classifier that gives probabilities will do. Where the items of all comparisons come from one pool, the logit orders
    them as the Bradley-Terry rewards do, although its size is another: one factor on the log-odds, chosen on held-out
    pairs, corrects that. There is one taste for all (K = 1) and no gradient.

    Parameters
    ----------
    n_features : int
        Width of an item's feature vector.
    estimator : optional
        A classifier fitted on labels 0 and 1. Without one the module is empty until its state is loaded.
    logit_from : {"decision", "probability"}
        Where the logit is read. ``decision``: ``decision_function`` is the logit, as in logistic regression and
        gradient boosting, and keeps its digits. ``probability``: from ``predict_proba``.
    floor : float
        Probabilities are kept this far from 0 and 1, in (0, 1/2): half a label of all that were seen is all that a vote
        of trees can know.

    References
    ----------
    Sun, Shen and Ton (2024), Rethinking Bradley-Terry models in preference-based reward modeling, arXiv 2411.04991.

    Examples
    --------
    >>> import torch
    >>> from sklearn.linear_model import LogisticRegression
    >>> items, won = torch.eye(3), [1, 0, 0]
    >>> model = ClassificationReward(3, LogisticRegression().fit(items.numpy(), won))
    >>> model.reward(items, torch.ones(1)).argmax().item()
    0
    """

    def __init__(
        self,
        n_features: int,
        estimator: Any = None,
        *,
        logit_from: LogitFrom = "decision",
        floor: float = 1e-6,
    ) -> None:
        super().__init__()
        if logit_from not in get_args(LogitFrom):
            raise GustibusError(f"logit_from={logit_from!r} is not known; use 'decision' or 'probability'")
        if not 0 < floor < 0.5:
            raise GustibusError(f"floor must lie between 0 and 1/2, got {floor}")
        self.n_features = n_features
        self.n_prototypes = 1
        self.logit_from = logit_from
        self.floor = floor
        self.estimator = estimator
        if estimator is not None:
            self._check(estimator)

    @property
    def linear_in_weights(self) -> bool:
        """True: there is one weight and it is 1."""
        return True

    def prototype_scores(self, features: Tensor) -> Tensor:
        """Logits ``(n, 1)`` in double precision, without gradients."""
        logits = self.logits(features.detach().cpu().numpy())
        return torch.from_numpy(logits[:, None]).to(features.device)

    def logits(self, features: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Logits of n items given as an array ``(n, n_features)``; shape (n,)."""
        if self.estimator is None:
            raise GustibusError("this classification reward has no classifier yet; load its state or give one")
        if len(features) == 0:
            return np.zeros(0)
        items = np.asarray(features, dtype=np.float64)
        if self.logit_from == "decision":
            return np.asarray(self.estimator.decision_function(items), dtype=np.float64)
        won = np.clip(self.estimator.predict_proba(items)[:, 1], self.floor, 1 - self.floor)
        return np.asarray(np.log(won) - np.log1p(-won), dtype=np.float64)

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards ``(n,)``; the weights (always 1) change nothing."""
        return self.prototype_scores(features).squeeze(-1)

    def config(self) -> dict[str, Any]:
        """Constructor arguments, without the classifier, which is in the module's state."""
        return {"n_features": self.n_features, "logit_from": self.logit_from, "floor": self.floor}

    def penalty(self) -> Tensor:
        """Zero: nothing here is optimised by gradients."""
        return torch.zeros(())

    def shrinkage(self) -> Tensor:
        """Zero: the classifier has its own regularisation."""
        return torch.zeros(())

    def get_extra_state(self) -> Tensor:
        """The classifier as bytes (uint8) in a format that holds no code; part of ``state_dict``.

        Raises
        ------
        GustibusError
            If the classifier could not be read back safely.
        """
        data = b"" if self.estimator is None else estimator_to_bytes(self.estimator)
        return torch.from_numpy(np.frombuffer(data, np.uint8).copy())

    def set_extra_state(self, state: Tensor) -> None:
        """Take the classifier from its bytes; see :meth:`get_extra_state`."""
        data = state.cpu().numpy().tobytes()
        estimator = estimator_from_bytes(data) if data else None
        if estimator is not None:
            self._check(estimator)
        self.estimator = estimator

    def _check(self, estimator: Any) -> None:
        asked = "decision_function" if self.logit_from == "decision" else "predict_proba"
        if not hasattr(estimator, asked):
            raise GustibusError(f"{type(estimator).__name__} has no {asked}, so its logit cannot be read")
        if list(getattr(estimator, "classes_", ())) != [0, 1]:
            raise GustibusError(f"{type(estimator).__name__} is not fitted on the labels 0 (lost) and 1 (won)")
        width = getattr(estimator, "n_features_in_", self.n_features)
        if width != self.n_features:
            raise GustibusError(f"the classifier reads {width} features, but items have {self.n_features}")
