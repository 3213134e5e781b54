"""A service on this machine that speaks the OpenAI embeddings protocol, and fails as it is told to."""

from __future__ import annotations

from collections.abc import Callable

from trigram_encoder import TrigramEncoder

from local_service import Failure, Handler, LocalService

ENCODER = TrigramEncoder()


class Embeddings(Handler):
    """Vectors are those of :class:`TrigramEncoder`, sent in reverse order with their index."""

    path_served = "/v1/embeddings"

    def usual(self) -> dict[str, object]:
        return {"object": "list", "model": self.body["model"], "data": self.data()}

    def data(self) -> list[dict[str, object]]:
        width = self.body.get("dimensions", 16)
        vectors = [ENCODER.vector(text)[:width].tolist() for text in self.body["input"]]
        return [{"object": "embedding", "index": i, "embedding": one} for i, one in enumerate(vectors)][::-1]


class EmbeddingsServer(LocalService):
    handler = Embeddings


def changed(change: Callable[[list[dict[str, object]]], object]) -> Failure:
    """Answer with other data than the right ones."""

    def fail(request: Embeddings) -> bool:
        request.answer({"data": change(request.data())})
        return True

    return fail
