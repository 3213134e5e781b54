"""Texts into vectors: encoders, remote endpoints, ready features, and the store that keeps what was encoded."""

from gustibus.embedding.encoder import Encoder, FloatMatrix, ItemText, TextEncoder
from gustibus.embedding.encoder_config import encoder_from_config, encoder_to_config
from gustibus.embedding.item_encoding import encode_items
from gustibus.embedding.one_hot import OneHot
from gustibus.embedding.resolving import resolve_encoder
from gustibus.embedding.transformers_encoder import TransformersEncoder
from gustibus.embedding.vectors import Vectors

__all__ = [
    "Encoder",
    "FloatMatrix",
    "ItemText",
    "OneHot",
    "TextEncoder",
    "TransformersEncoder",
    "Vectors",
    "encode_items",
    "encoder_from_config",
    "encoder_to_config",
    "resolve_encoder",
]
