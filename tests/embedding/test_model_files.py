from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gustibus.comparisons import GustibusError
from gustibus.embedding import TransformersEncoder
from gustibus.embedding.model_files import find_model_folder, fingerprint, has_chat_template

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def hub(folder):
    """A server on this machine that speaks as much of the hub's protocol as a download needs: address and log."""
    log = []

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.do_GET()

        def do_GET(self):
            log.append(self.path)
            path = self.path.split("?")[0]
            if path.startswith("/api/models/tiny/model/tree/"):
                files = [{"type": "file", "path": one.name, "size": 1, "oid": one.name} for one in folder.iterdir()]
                self.answer(json.dumps(files))
            elif path.startswith("/api/models/tiny/model"):
                names = sorted(one.name for one in folder.iterdir())
                self.answer(
                    json.dumps({"id": "tiny/model", "sha": COMMIT, "siblings": [{"rfilename": n} for n in names]})
                )
            elif path.startswith(f"/tiny/model/resolve/{COMMIT}/"):
                name = path.rsplit("/", 1)[1]
                self.answer((folder / name).read_bytes(), ETag=f'"{name}-1"')
            else:
                self.answer("{}", status=404, **{"X-Error-Code": "RepoNotFound"})

        def answer(self, body, *, status=200, **headers):
            body = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", log
    finally:
        server.shutdown()
        server.server_close()


def ask(home, endpoint, *, allow_download, name="tiny/model", **more):
    """Look for a hub model in a process of its own, because the hub's client reads its settings once."""
    code = (
        "import sys; from gustibus.embedding.model_files import find_model_folder; "
        f"print(find_model_folder({name!r}, allow_download={allow_download}))"
    )
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    hub = {"HF_HOME": str(home), "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    environment = {**clean, **hub, **more}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=environment)


def test_a_hub_model_is_fetched_only_on_request_and_then_found_offline(causal_folder, tmp_path):
    with hub(causal_folder) as (endpoint, log):
        refused = ask(tmp_path, endpoint, allow_download=False)
        assert log == []  # not one request was made
        fetched = ask(tmp_path, endpoint, allow_download=True)
        n_requests = len(log)
        found = ask(tmp_path, endpoint, allow_download=False, HF_HUB_OFFLINE="1")

    assert "GustibusError" in refused.stderr
    assert "Nothing is downloaded unasked: pass allow_download=True" in refused.stderr
    assert fetched.returncode == found.returncode == 0, fetched.stderr + found.stderr
    assert n_requests == len(log) > 0
    folder = found.stdout.strip()
    assert folder.endswith(COMMIT)
    assert TransformersEncoder(folder).identity == TransformersEncoder(causal_folder).identity
    assert TransformersEncoder(folder).encode(["the cat sat"]).shape == (1, 24)


def test_an_unreachable_hub_is_explained(tmp_path):
    done = ask(tmp_path, "http://127.0.0.1:9", allow_download=True)

    assert "GustibusError: the encoder 'tiny/model' is neither a folder" in done.stderr
    assert "the hub is not reachable" in done.stderr


def test_a_name_that_the_hub_does_not_know_is_explained(causal_folder, tmp_path):
    with hub(causal_folder) as (endpoint, _):
        done = ask(tmp_path, endpoint, allow_download=True, name="tiny/other")

    assert "GustibusError" in done.stderr
    assert "the hub has no model 'tiny/other' that you may read. Check the name" in done.stderr


def test_a_cache_that_holds_a_model_without_its_weights_does_not_count(causal_folder, tmp_path):
    snapshot = tmp_path / "hub" / "models--tiny--model" / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (tmp_path / "hub" / "models--tiny--model" / "refs").mkdir()
    (tmp_path / "hub" / "models--tiny--model" / "refs" / "main").write_text(COMMIT)
    shutil.copy(causal_folder / "config.json", snapshot)

    done = ask(tmp_path, "http://127.0.0.1:9", allow_download=False)

    assert "is not complete in the local hub cache. Nothing is downloaded unasked" in done.stderr


def test_offline_mode_is_respected(tmp_path):
    done = ask(tmp_path, "http://127.0.0.1:9", allow_download=True, HF_HUB_OFFLINE="1")

    assert "GustibusError" in done.stderr
    assert "HF_HUB_OFFLINE is set" in done.stderr


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("./nowhere", "there is no folder './nowhere'"),
        ("/nowhere/at/all", "there is no folder '/nowhere/at/all'"),
        ("two words", "there is no folder 'two words'"),
        ("", "there is no folder ''"),
    ],
)
def test_a_path_that_is_not_there_is_not_taken_for_a_hub_name(model, message):
    with pytest.raises(GustibusError, match=message):
        find_model_folder(model)


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(GustibusError, match=r"holds no config\.json"):
        find_model_folder(str(tmp_path))


def test_a_revision_of_a_folder_is_refused(causal_folder):
    with pytest.raises(GustibusError, match="revision='main' has no meaning for the folder"):
        find_model_folder(str(causal_folder), revision="main")


def test_what_changes_no_number_does_not_change_the_fingerprint(causal_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(causal_folder, copy)
    (copy / "README.md").write_text("A model.")
    (copy / "trainer_state.json").write_text("{}")

    assert fingerprint(copy) == fingerprint(causal_folder)
    (copy / "special_tokens_map.json").write_text("{}")
    assert fingerprint(copy) != fingerprint(causal_folder)


def test_a_changed_file_is_read_again(causal_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(causal_folder, copy)
    before = fingerprint(copy)
    (copy / "config.json").write_text((copy / "config.json").read_text() + "\n")

    assert fingerprint(copy) != before


def test_a_chat_template_is_seen_without_loading_a_tokenizer(causal_folder, unpadded_folder, tmp_path):
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}')

    assert has_chat_template(causal_folder)
    assert has_chat_template(tmp_path)
    assert not has_chat_template(unpadded_folder)
