"""What a fit says about circles: how much of its scores they are, and whether its optimisation had ended."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus.fitting.joint import JointModel
from gustibus.fitting.records import Records
from gustibus.fitting.task import SharedFit, Task
from gustibus.models import PairwiseModel, WithVariances

__all__ = ["circles_of"]


def circles_of(found: SharedFit, joint: JointModel, task: Task) -> dict[str, Any]:
    r"""How cyclic the fitted scores of the training pairs are at each taste, and how steep the loss is where it ended.

    A response's mean log-odds against all that were fitted is the reward that comes nearest to the scores (least
    squares over all pairs: Jiang, Lim, Yao and Ye 2011, arXiv 0811.1067, on a complete graph). What it leaves over is
    cyclic:

    .. math:: \frac{\sum_i (s_i - g_i)^2}{\sum_i s_i^2}, \qquad g(a, b) = \bar s(a) - \bar s(b)

    over the training pairs i. This is a share of what the *model* says, which noise inflates: whether people's
    preferences cycle is a question for a test with a null.

    Returns
    -------
    dict
        ``cyclic_share``, one number a taste, and ``gradient_norm``, the length of the gradient of the mean training
        loss over all parameters.
    """
    model = found.model.inner if isinstance(found.model, WithVariances) else found.model
    assert isinstance(model, PairwiseModel)
    features = torch.from_numpy(task.choices.features(found.components, found.whiten))
    training = task.judgements.training
    a, b = (torch.from_numpy(x.astype(np.int64)) for x in (training.a, training.b))
    shares = []
    with torch.no_grad():
        scores = model.prototype_log_odds(features, a, b)
        for taste, at in enumerate(torch.eye(model.n_prototypes)):
            reward = model.mean_log_odds(features, features, at)
            left_over = scores[:, taste] - (reward[a] - reward[b])
            shares.append(_share(left_over.double().numpy(), scores[:, taste].double().numpy()))
    return {"cyclic_share": shares, "gradient_norm": _gradient_norm(joint, features, training, task)}


def _share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> float:
    total = float((whole**2).sum())
    return float((part**2).sum()) / total if total > 0 else 0.0


def _gradient_norm(joint: JointModel, features: torch.Tensor, training: Any, task: Task) -> float:
    records = Records.of(training, torch.device("cpu"))
    loss = records.losses(training.likelihood, joint.log_odds(features, records))
    mean = (records.weight * loss).sum() / records.weight.sum()
    parameters = [p for p in joint.parameters() if p.requires_grad]
    slopes = torch.autograd.grad(mean, parameters, allow_unused=True)
    return float(torch.sqrt(sum((s**2).sum() for s in slopes if s is not None) + torch.zeros(())))
