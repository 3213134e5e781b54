# mypy: disable-error-code="no-untyped-call, untyped-decorator"
"""Eight doubles side by side as one value of compiled code, so that one instruction works for several people.

Numba compiles loops over people to scalar instructions here (their bodies are too long for LLVM's loop vectoriser), so
the vectors are spelt out: arrays hold the numbers of ``LANES`` people one after the other, :func:`load` takes eight of
them, ``+ - * /`` work on each, and :func:`store` puts them back. LLVM makes of it what the processor has: two
instructions of four doubles, one of eight, four of two.

To be called from functions compiled by numba alone. Only ``weights_by_lanes`` imports this module, and only when there
is enough to do.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

__all__ = ["LANES", "any_positive", "larger", "load", "non_negative", "smaller", "splat", "store"]

LANES: Final = 8
"""People side by side."""

_intrinsic: Any = intrinsic
_VECTOR: Final = ir.VectorType(ir.DoubleType(), LANES)
_INDEX: Final = ir.IntType(32)
_MAY_REORDER: Final = ("reassoc", "contract", "arcp", "nsz")  # but nan stays nan


class LaneType(types.Type):
    """The type of eight doubles, to numba."""

    def __init__(self) -> None:
        super().__init__(name="lanes")


lanes: Final = LaneType()


@register_model(LaneType)
class _LaneModel(models.PrimitiveModel):
    def __init__(self, manager: Any, of: LaneType) -> None:
        super().__init__(manager, of, _VECTOR)


def _spread(builder: Any, value: Any) -> Any:
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, value, _INDEX(0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))


def _as_lanes(builder: Any, value: Any, of: types.Type) -> Any:
    return value if isinstance(of, LaneType) else _spread(builder, value)


def _zero() -> Any:
    return ir.Constant(_VECTOR, [0.0] * LANES)


def _add_operator(symbol: Callable[..., Any], instruction: str) -> None:
    """Teach numba one operator between lanes, and between lanes and a number."""

    @type_callable(symbol)
    def typed(context: Any) -> Callable[[Any, Any], LaneType | None]:
        def of(a: Any, b: Any) -> LaneType | None:
            known = all(isinstance(x, (LaneType, types.Float)) for x in (a, b))
            return lanes if known and (isinstance(a, LaneType) or isinstance(b, LaneType)) else None

        return of

    def lowered(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        a, b = (_as_lanes(builder, value, of) for value, of in zip(args, signature.args, strict=True))
        return getattr(builder, instruction)(a, b, flags=_MAY_REORDER)

    for a, b in ((LaneType, LaneType), (LaneType, types.Float), (types.Float, LaneType)):
        lower_builtin(symbol, a, b)(lowered)


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _add_operator(_symbol, _instruction)


def _address(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


@_intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """The eight numbers of a flat array of float64 from ``index`` on."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_address(context, builder, signature.args[0], *args), align=8)

    return lanes(array, types.intp), code


@_intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Put eight numbers into a flat array of float64 from ``index`` on."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, signature.args[0], *args[:2]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), code


@_intrinsic
def splat(typing: Any, value: Any) -> Any:
    """The same number in all lanes."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _spread(builder, args[0])

    return lanes(types.float64), code


def _chosen_by(comparison: str) -> Any:
    @_intrinsic
    def choose(typing: Any, a: Any, b: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.select(builder.fcmp_ordered(comparison, *args), *args)

        return lanes(lanes, lanes), code

    return choose


larger = _chosen_by(">")
smaller = _chosen_by("<")


@_intrinsic
def non_negative(typing: Any, where: Any, then: Any, otherwise: Any) -> Any:
    """``then`` in lanes where ``where`` is zero or more, ``otherwise`` in the rest."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">=", args[0], _zero()), args[1], args[2])

    return lanes(lanes, lanes, lanes), code


@_intrinsic
def any_positive(typing: Any, value: Any) -> Any:
    """Whether any lane is above zero."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bits = ir.IntType(LANES)
        above = builder.bitcast(builder.fcmp_ordered(">", args[0], _zero()), bits)
        return builder.icmp_unsigned("!=", above, bits(0))

    return types.boolean(lanes), code
