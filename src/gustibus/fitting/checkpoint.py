"""Interrupted fits go on where they stopped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.comparisons.arguments import path_of

__all__ = ["Checkpoint"]


class Checkpoint:
    """A folder with the state of one fit: finished trials, and the one under way.

    Files are written to a temporary name and moved into place, so a crash leaves the previous state intact. The folder
    remembers a fingerprint of data and settings and refuses to continue a different fit.

    Parameters
    ----------
    path : path-like
        Made when missing.
    fingerprint : str
        Equal only for equal data and settings.
    """

    def __init__(self, path: str | os.PathLike[str], fingerprint: str) -> None:
        self.path, self.fingerprint = path_of(path, "checkpoint"), fingerprint
        if self.path.is_file():
            raise GustibusError(f"checkpoint={os.fspath(path)!r} is a file. Name a folder.")
        self.path.mkdir(parents=True, exist_ok=True)
        identity = self.path / "fit.json"
        if identity.exists():
            found = json.loads(identity.read_text())["fingerprint"]
            if found != fingerprint:
                raise GustibusError(
                    f"{self.path} holds the state of a fit with other data or settings. "
                    "Give this fit another checkpoint folder, or delete that one."
                )
        else:
            self._replace(identity, json.dumps({"fingerprint": fingerprint}).encode())

    def part(self, name: str) -> Checkpoint:
        """A folder inside this one, for a fit that is a part of it."""
        return Checkpoint(self.path / name, self.fingerprint)

    def load(self, name: str) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """Tensors and values saved under ``name``, or None."""
        from safetensors import safe_open

        path = self.path / f"{name}.safetensors"
        if not path.exists():
            return None
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a mapping
            values: dict[str, Any] = json.loads(file.metadata()["values"])
        return tensors, values

    def save(self, name: str, tensors: dict[str, Tensor], values: dict[str, Any]) -> None:
        """Save tensors and JSON-able values under ``name``, replacing what was there at once."""
        from safetensors.torch import save

        contiguous = {key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()}
        self._replace(self.path / f"{name}.safetensors", save(contiguous, metadata={"values": json.dumps(values)}))

    def _replace(self, path: Path, content: bytes) -> None:
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
