from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from tiny_tokenizer import save_tokenizer

from gustibus.comparisons import DataWarning, GustibusError, canonical_messages
from gustibus.embedding import TransformersEncoder

TEXTS = [
    "the cat sat on the mat",
    "a dog ran",
    "it was red and then it was blue and very quickly the dog ran on the road",
    "cat",
    "slowly the cat and the dog sat",
]


def by_hand(folder, text, layer, pooling, *, start_token):
    """One text, no padding, straight through transformers."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    assert (ids[0, 0].item() == tokenizer.bos_token_id) == start_token
    with torch.inference_mode():
        output = model(input_ids=ids, output_hidden_states=True)
    states = (
        output.last_hidden_state[0]
        if layer == "last"
        else output.hidden_states[{"penultimate": -2}.get(layer, layer)][0]
    )
    return {"mean": states.mean(0), "last": states[-1], "cls": states[0]}[pooling].numpy()


@pytest.mark.parametrize("pooling", ["mean", "last", "cls"])
@pytest.mark.parametrize("layer", ["last", "penultimate", 0, 1, -3])
def test_vectors_equal_a_forward_pass_by_hand(causal_folder, layer, pooling):
    vectors = TransformersEncoder(causal_folder, layer=layer, pooling=pooling).encode(TEXTS)

    for text, vector in zip(TEXTS, vectors, strict=True):
        # float32 kernels differ by rounding between a batch of five and a batch of one
        np.testing.assert_allclose(vector, by_hand(causal_folder, text, layer, pooling, start_token=True), atol=1e-5)


def test_a_tokenizer_without_padding_and_start_token_works(unpadded_folder):
    vectors = TransformersEncoder(unpadded_folder, pooling="last", layer="penultimate").encode(TEXTS)

    for text, vector in zip(TEXTS, vectors, strict=True):
        expected = by_hand(unpadded_folder, text, "penultimate", "last", start_token=False)
        np.testing.assert_allclose(vector, expected, atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "last", "cls"])
@pytest.mark.parametrize("tokens_per_batch", [1, 13, 1000])
def test_batch_size_and_order_change_nothing(causal_folder, pooling, tokens_per_batch):
    reference = TransformersEncoder(causal_folder, pooling=pooling, tokens_per_batch=50).encode(TEXTS)
    order = [3, 1, 4, 0, 2]

    other = TransformersEncoder(causal_folder, pooling=pooling, tokens_per_batch=tokens_per_batch)

    np.testing.assert_allclose(other.encode([TEXTS[i] for i in order]), reference[order], atol=1e-5)


def test_the_encoder_half_of_an_encoder_decoder_is_used(tmp_path):
    import torch
    from transformers import T5Config, T5Model

    n = save_tokenizer(tmp_path, start_token=False, pad_token=True)
    torch.manual_seed(0)
    config = T5Config(vocab_size=n, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, pad_token_id=2)
    T5Model(config).save_pretrained(tmp_path)

    together = TransformersEncoder(tmp_path).encode(TEXTS)

    alone = np.concatenate([TransformersEncoder(tmp_path).encode([text]) for text in TEXTS])
    assert together.shape == (5, 16)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_normalised_vectors_have_unit_length(causal_folder):
    vectors = TransformersEncoder(causal_folder, normalise=True).encode(TEXTS)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_near_single_precision(causal_folder, dtype):
    exact = TransformersEncoder(causal_folder).encode(TEXTS)

    rounded = TransformersEncoder(causal_folder, dtype=dtype).encode(TEXTS)

    assert rounded.dtype == np.float32
    # states are of order 1 and bfloat16 keeps 8 bits: an error of a few hundredths after three blocks
    np.testing.assert_allclose(rounded, exact, atol=0.1)
    assert not np.array_equal(rounded, exact)


@pytest.mark.parametrize(
    ("truncation", "kept"), [("start", "the dog ran on the road"), ("end", "the cat sat on the mat")]
)
def test_longer_texts_are_cut_on_the_chosen_side_and_said_so(unpadded_folder, truncation, kept):
    encoder = TransformersEncoder(unpadded_folder, max_length=6, truncation=truncation)

    with pytest.warns(DataWarning, match=f"1 of 2 texts are longer than 6 tokens; the {truncation} of each was cut"):
        vectors = encoder.encode(["the cat sat on the mat and then the dog ran on the road", kept])

    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)


def test_a_conversation_goes_through_the_models_own_template(causal_folder):
    encoder = TransformersEncoder(causal_folder)
    prompt = canonical_messages([{"role": "user", "content": "the cat sat"}])

    rendered = encoder.render(prompt, "a dog ran")

    assert rendered == "<s> user : the cat sat <|end|> assistant : a dog ran <|end|>"
    assert encoder.render("the cat sat", "a dog ran") == "the cat sat\n\na dog ran"


def test_the_start_token_that_a_template_writes_is_not_doubled(causal_folder):
    encoder = TransformersEncoder(causal_folder)

    # "<s>" is written in the first text and added by the tokenizer to both
    np.testing.assert_allclose(*encoder.encode(["<s> the cat sat", "the cat sat"]), atol=1e-6)


def test_a_template_that_refuses_a_conversation_is_explained(causal_folder):
    odd = canonical_messages([{"role": "narrator", "content": "the cat sat"}])

    with pytest.raises(GustibusError, match=r"refuses a conversation \(unknown role\); its roles are \['narrator'"):
        TransformersEncoder(causal_folder).render(odd, "a dog ran")


def test_a_model_without_template_gets_readable_text(unpadded_folder):
    prompt = canonical_messages([{"role": "user", "content": "the cat sat"}])

    assert (
        TransformersEncoder(unpadded_folder).render(prompt, "a dog ran") == "user: the cat sat\n\nassistant: a dog ran"
    )


def test_identity_follows_every_setting_that_changes_numbers(causal_folder):
    settings = [
        {},
        {"layer": "penultimate"},
        {"layer": 1},
        {"pooling": "last"},
        {"dtype": "bfloat16"},
        {"max_length": 8},
        {"truncation": "end"},
        {"normalise": True},
        {"item_text": "response"},
    ]

    identities = {TransformersEncoder(causal_folder, **one).identity for one in settings}

    assert len(identities) == len(settings)
    assert TransformersEncoder(causal_folder, tokens_per_batch=7, device="cpu").identity in identities


def test_identity_is_the_files_content_not_their_place(causal_folder, tmp_path):
    moved, changed = tmp_path / "moved", tmp_path / "changed"
    shutil.copytree(causal_folder, moved)
    shutil.copytree(causal_folder, changed)
    weights = changed / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))

    original = TransformersEncoder(causal_folder).identity

    assert TransformersEncoder(moved).identity == original
    assert TransformersEncoder(changed).identity != original


def test_missing_weights_are_refused_rather_than_random(causal_folder, tmp_path):
    from safetensors.numpy import load_file, save_file

    shutil.copytree(causal_folder, tmp_path / "model")
    weights = load_file(tmp_path / "model" / "model.safetensors")
    weights.pop(next(name for name in weights if "h.1.mlp.c_fc.weight" in name))
    save_file(weights, tmp_path / "model" / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(GustibusError, match=r"lacks 1 weights, e\.g\. 'h\.1\.mlp\.c_fc\.weight'"):
        TransformersEncoder(tmp_path / "model").encode(TEXTS)


def test_a_folder_without_weights_is_explained(causal_folder, tmp_path):
    shutil.copytree(causal_folder, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").unlink()

    with pytest.raises(GustibusError, match="cannot be loaded as a text model"):
        TransformersEncoder(tmp_path / "model").encode(TEXTS)


def test_a_layer_that_does_not_exist_is_refused_with_those_that_do(causal_folder):
    with pytest.raises(GustibusError, match=r"layer=4 does not exist.*hidden states 0 to 3"):
        TransformersEncoder(causal_folder, layer=4).encode(TEXTS)


def test_a_length_beyond_the_model_is_refused(causal_folder):
    with pytest.raises(GustibusError, match="max_length=65 is more than the 64 tokens"):
        TransformersEncoder(causal_folder, max_length=65).encode(TEXTS)


def test_a_text_without_tokens_is_refused(unpadded_folder):
    with pytest.raises(GustibusError, match="finds no token in the text '  '"):
        TransformersEncoder(unpadded_folder).encode(["the cat", "  "])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"layer": "first"}, "layer='first' is unknown"),
        ({"layer": 1.5}, r"layer=1\.5 is unknown"),
        ({"layer": True}, "layer=True is unknown"),
        ({"pooling": "max"}, "pooling='max' is unknown. Use one of 'mean', 'last', 'cls'"),
        ({"dtype": "int8"}, "dtype='int8' is unknown"),
        ({"truncation": "middle"}, "truncation='middle' is unknown"),
        ({"item_text": "prompt"}, "item_text='prompt' is unknown"),
        ({"max_length": 0}, "max_length=0 must be at least 1"),
        ({"tokens_per_batch": 0}, "tokens_per_batch=0 must be at least 1"),
    ],
)
def test_unknown_settings_are_refused_at_once(causal_folder, setting, message):
    with pytest.raises(GustibusError, match=message):
        TransformersEncoder(causal_folder, **setting)


def test_an_unknown_device_is_explained(causal_folder):
    with pytest.raises(GustibusError, match="device='abacus' is unknown"):
        TransformersEncoder(causal_folder, device="abacus").encode(TEXTS)


def test_nothing_is_loaded_or_known_before_the_first_text(causal_folder):
    encoder = TransformersEncoder(causal_folder)

    assert encoder.encode([]).shape == (0, 24)
    assert encoder.n_dimensions == 24


def test_a_saved_encoder_refuses_changed_files(causal_folder, tmp_path):
    from gustibus.embedding import encoder_from_config, encoder_to_config

    shutil.copytree(causal_folder, tmp_path / "model")
    config, arrays = encoder_to_config(TransformersEncoder(tmp_path / "model"))
    settings = json.loads((tmp_path / "model" / "config.json").read_text())
    (tmp_path / "model" / "config.json").write_text(json.dumps({**settings, "layer_norm_epsilon": 0.1}))

    with pytest.raises(GustibusError, match="not the one this encoder was saved with"):
        encoder_from_config(config, arrays).encode_items([None], ["the cat"])
