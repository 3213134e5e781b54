"""scikit-learn estimators as bytes that can be read back without running anything that is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gustibus.comparisons import GustibusError

__all__ = ["estimator_from_bytes", "estimator_to_bytes"]

# Plain objects of scikit-learn that only carry numbers; skops asks for a word about each because they are private.
_PLAIN = frozenset(
    {
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
    }
)
# Compiled trees follow the indices they hold, so they are looked through before anything is asked of them.
_TREES = frozenset(
    {"sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"},
)
_TREE_ENSEMBLES = frozenset(
    {
        "DecisionTreeClassifier",
        "ExtraTreesClassifier",
        "GradientBoostingClassifier",
        "HistGradientBoostingClassifier",
        "RandomForestClassifier",
    }
)


def estimator_to_bytes(estimator: Any) -> bytes:
    """Write a fitted estimator in the format of skops, which holds no code (a pickle does).

    Parameters
    ----------
    estimator
        A fitted scikit-learn classifier.

    Raises
    ------
    GustibusError
        If skops is not installed, or the estimator could not be read back safely.
    """
    io = _skops()
    try:
        data: bytes = io.dumps(estimator)
    except Exception as error:
        raise GustibusError(
            f"{type(estimator).__name__} cannot be saved: skops cannot write it ({error}). Use an estimator of "
            "scikit-learn's own, for example classifier='logistic'."
        ) from error
    _check_types(io, data, type(estimator).__name__)
    _check_trees(estimator)
    return data


def estimator_from_bytes(data: bytes) -> Any:
    """Read an estimator that :func:`estimator_to_bytes` wrote.

    Nothing in the bytes is run: only estimators that scikit-learn offers are made, and trees are checked so that
    following them stays inside their arrays and ends.

    Raises
    ------
    GustibusError
        If skops is not installed, the bytes are damaged, name a type that is not trusted, or hold a malformed tree.
    """
    io = _skops()
    try:
        found = io.get_untrusted_types(data=data)
        _check_types(io, data, "the saved classifier")
        estimator = io.loads(data, trusted=found)
    except GustibusError:
        raise
    except Exception as error:
        from sklearn import __version__

        raise GustibusError(
            f"the saved classifier cannot be read ({type(error).__name__}: {error}). It is damaged, or was saved with "
            f"a scikit-learn that is too different from the one here ({__version__})."
        ) from error
    _check_trees(estimator)
    return estimator


def _skops() -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise GustibusError(
            "saving and loading a classifier needs skops, a file format without code: pip install "
            "'gustibus[classifiers]'"
        ) from error
    return skops.io


def _check_types(io: Any, data: bytes, name: str) -> None:
    strange = sorted(set(io.get_untrusted_types(data=data)) - _PLAIN - _TREES)
    if strange:
        raise GustibusError(
            f"{name} holds types that cannot be read back safely ({', '.join(strange)}), so it is neither saved nor "
            "loaded. Use classifier='logistic', 'gradient-boosting', 'mlp' or 'forest', or an estimator of "
            "scikit-learn's own that holds numbers only."
        )


def _check_trees(estimator: Any) -> None:
    """Refuse trees that lead outside their arrays or in circles, or that others than the ensemble itself would feed."""
    trees = [part for part in _parts(estimator, set()) if _qualified_name(part) in _TREES]
    if not trees:
        return
    if type(estimator).__name__ not in _TREE_ENSEMBLES:
        raise GustibusError(
            f"{type(estimator).__name__} holds trees inside other steps, whose number of features cannot be checked, "
            "so it is neither saved nor loaded. Give the tree ensemble itself as the classifier."
        )
    for tree in trees:
        left, right, feature, inner = _nodes(tree)
        here = np.arange(len(left))
        inside = all(
            np.all((child[inner] > here[inner]) & (child[inner] < len(left))) for child in (left, right)
        ) and np.all((feature[inner] >= 0) & (feature[inner] < estimator.n_features_in_))
        if not (inside and len(left)):
            raise GustibusError("the saved classifier holds a tree that leads nowhere: it is damaged, do not use it")


def _nodes(tree: Any) -> tuple[np.ndarray[Any, Any], ...]:
    """Children and feature of every node, and which nodes have children."""
    if hasattr(tree, "nodes"):
        nodes = tree.nodes
        if np.any(nodes["is_categorical"]):
            raise GustibusError("the classifier splits on categories, but features here are numbers: it is damaged")
        as_int = [nodes[name].astype(np.int64) for name in ("left", "right", "feature_idx")]
        return (*as_int, ~nodes["is_leaf"].astype(bool))
    # A leaf is told by its left child alone, as the compiled code does.
    return tree.children_left, tree.children_right, tree.feature, tree.children_left != -1


def _parts(value: Any, seen: set[int]) -> Iterator[Any]:
    """Everything of scikit-learn's that an estimator is made of, itself included."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if type(value).__module__.partition(".")[0] == "sklearn":
        yield value
    if isinstance(value, dict):
        inner: Any = value.values()
    elif isinstance(value, (list, tuple)):
        inner = value
    elif isinstance(value, np.ndarray):
        inner = value.ravel().tolist() if value.dtype == object else ()
    else:
        inner = vars(value).values() if hasattr(value, "__dict__") else ()
    for part in inner:
        yield from _parts(part, seen)


def _qualified_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
