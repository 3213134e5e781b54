"""Texts into vectors: encoders, remote endpoints, ready features, and the store that keeps what was encoded."""

from gustibus.embedding.embedding_store import EmbeddingStore, StoredEncoder
from gustibus.embedding.encoder import Encoder, FloatMatrix, ItemText, TextEncoder
from gustibus.embedding.encoder_config import encoder_from_config, encoder_to_config
from gustibus.embedding.endpoint_encoder import EndpointEncoder
from gustibus.embedding.identity import digest_of
from gustibus.embedding.item_encoding import encode_items
from gustibus.embedding.one_hot import OneHot
from gustibus.embedding.prompt_encoding import encode_prompts
from gustibus.embedding.resolving import resolve_encoder
from gustibus.embedding.retrying import RetryPolicy
from gustibus.embedding.transformers_encoder import TransformersEncoder
from gustibus.embedding.vector_files import read_vectors
from gustibus.embedding.vectors import Vectors

__all__ = [
    "EmbeddingStore",
    "Encoder",
    "EndpointEncoder",
    "FloatMatrix",
    "ItemText",
    "OneHot",
    "RetryPolicy",
    "StoredEncoder",
    "TextEncoder",
    "TransformersEncoder",
    "Vectors",
    "digest_of",
    "encode_items",
    "encode_prompts",
    "encoder_from_config",
    "encoder_to_config",
    "read_vectors",
    "resolve_encoder",
]
