"""Weights are fetched from a real server on 127.0.0.1 that misbehaves in every way we know of."""

from __future__ import annotations

import hashlib
import json
import os
import random
import socket
import ssl
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import weights
from models.contract import ModelError
from models.manifest import (
    FileEntry,
    ModelEntry,
    NoSpace,
    NotThere,
    ServerTrouble,
    UnknownModel,
    Unreachable,
    WeightsError,
    WrongBytes,
    read_manifest,
    safe_path,
    weights_folder,
)
from models.pulled import git_id_of, read_lock
from models.web import Advice, Web
from models.weights import Shelf
from tests.models.weights_server import COMMIT, Fault, Hub, git_id

BIG = random.Random(1).randbytes(700_000)
SMALL = b'{"n_mels": 80}\n'
REPOSITORY = "makers/words"
GOOD = Fault()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entry(hub: Hub, pinned: bool = True, gated: bool = False) -> ModelEntry:
    files = (
        FileEntry("config.json", sha(SMALL), len(SMALL)) if pinned else FileEntry("config.json"),
        FileEntry("deep/model.bin", sha(BIG), len(BIG)) if pinned else FileEntry("deep/model.*"),
    )
    if not pinned:
        files += (FileEntry("extra.json", optional=True),)
    return ModelEntry(
        name="words",
        task="transcription",
        repository=REPOSITORY,
        source=hub.url,
        revision=COMMIT if pinned else None,
        licence="MIT",
        gated=gated,
        about="made up",
        files=files,
        aliases=("w",),
    )


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    hub = Hub()
    hub.add(REPOSITORY, {"config.json": SMALL, "deep/model.bin": BIG}, small=("config.json",))
    yield hub
    hub.close()


def web(shelf: Shelf, tries: int = 5, token: str | None = None, waits: list[float] | None = None) -> Web:
    model = shelf.entries[0]
    advice = Advice(model.name, str(shelf.folder(model.name)), model.page, model.gated)
    return Web(advice, token, tries, (waits if waits is not None else []).append)


def pull(shelf: Shelf, **how: object) -> weights.PullReport:
    return shelf.pull("words", web=web(shelf, **how))  # type: ignore[arg-type]


@pytest.fixture
def shelf(hub: Hub, tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, (entry(hub),))


@pytest.fixture
def unpinned(hub: Hub, tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, (entry(hub, pinned=False),))


def leftovers(shelf: Shelf) -> list[str]:
    folder = shelf.folder("words")
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != ".pulling")


def bin_path(hub: Hub) -> str:
    return hub.place(REPOSITORY, "deep/model.bin")


# the manifest that is shipped


def test_the_manifest_names_what_it_promises_and_pins_every_file() -> None:
    names = {e.name for e in weights.catalogue()}
    assert names >= {"tiny.en", "small.en", "medium.en", "large-v3", "large-v3-turbo", "distil-large-v3"}
    assert Shelf(Path()).entry("community-1").gated
    for model in weights.catalogue():
        assert model.licence and model.source.startswith("https://") and model.size
        assert model.pinned or model.revision is None


def test_whisper_repositories_are_those_that_faster_whisper_names() -> None:
    utils = pytest.importorskip("faster_whisper.utils")
    for model in weights.catalogue():
        if model.task == "transcription":
            assert utils._MODELS[model.name] == model.repository


@pytest.mark.parametrize(
    "line", ['path = "../up"', 'path = "/etc/x"', 'path = "a/../../b"', 'path = "m*", sha256 = "' + "0" * 64 + '"']
)
def test_a_manifest_with_a_path_that_leads_out_is_refused(tmp_path: Path, line: str) -> None:
    rows = 'name = "m"\ntask = "t"\nrepository = "r/m"\nlicence = "MIT"\n'
    path = tmp_path / "manifest.toml"
    path.write_text(f'source = "https://x"\n[[model]]\n{rows}files = [{{ {line} }}]\n')
    with pytest.raises(WeightsError, match="not usable"):
        read_manifest(path)


@pytest.mark.parametrize("path", ["..", "a/..", "", "/a", "a//b", "a\\b", "a b", "a/./b", "a/"])
def test_unsafe_paths(path: str) -> None:
    assert not safe_path(path)


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "weights"))
    assert weights_folder() == tmp_path / "weights"
    assert weights.locate("tiny.en") is None
    assert {row.state for row in weights.list_models()} == {"not installed"}
    assert not weights.verify("tiny.en").ok
    assert not (tmp_path / "weights").exists()


def test_an_unknown_name_lists_the_known_ones(shelf: Shelf) -> None:
    with pytest.raises(UnknownModel, match="words"):
        shelf.locate("nothing")


# pulling from a server that behaves


def test_a_pull_fetches_verifies_and_records(hub: Hub, shelf: Shelf) -> None:
    seen: list[tuple[str, int, int]] = []
    report = shelf.pull("w", progress=lambda *now: seen.append(now), web=web(shelf))
    assert report.fetched == ("config.json", "deep/model.bin")
    assert "every hash checked" in report.message
    assert (report.folder / "deep/model.bin").read_bytes() == BIG
    lock = read_lock(report.folder)
    assert lock and lock.revision == COMMIT and {f.checked for f in lock.files} == {"manifest"}
    assert shelf.locate("words") == report.folder
    assert shelf.hashes("words") == {"config.json": sha(SMALL), "deep/model.bin": sha(BIG)}
    assert leftovers(shelf) == ["config.json", "deep/model.bin", "pulled.toml"]
    done = [n for _, n, _ in seen]
    assert done == sorted(done) and done[-1] == len(SMALL) + len(BIG) == seen[-1][2]
    assert {a.method for a in hub.asked} == {"GET"} and not any("/api/" in a.path for a in hub.asked)


def test_a_second_pull_asks_for_nothing(hub: Hub, shelf: Shelf) -> None:
    pull(shelf)
    before = len(hub.asked)
    assert pull(shelf).fetched == ()
    assert len(hub.asked) == before


def test_without_known_hashes_the_hub_s_listing_counts_and_is_recorded(hub: Hub, unpinned: Shelf) -> None:
    report = pull(unpinned)
    lock = read_lock(report.folder)
    assert lock and lock.revision == COMMIT
    assert {f.path: f.checked for f in lock.files} == {"config.json": "hub git id", "deep/model.bin": "hub sha256"}
    assert hub.asked[0].path == f"/api/models/{REPOSITORY}/revision/main"
    assert git_id_of(report.folder / "config.json") == git_id(SMALL)
    row = unpinned.rows()[0]
    assert (row.state, row.revision) == ("installed", COMMIT)


def test_a_repair_keeps_to_the_commit_that_was_pulled(hub: Hub, unpinned: Shelf) -> None:
    folder = pull(unpinned).folder
    (folder / "deep/model.bin").write_bytes(BIG[:-1] + b"x")
    assert not unpinned.verify("words").ok
    assert pull(unpinned).fetched == ("deep/model.bin",)
    assert hub.asked[-2].path.endswith(f"/revision/{COMMIT}")
    assert unpinned.verify("words").checked


def test_a_file_that_changed_at_its_source_is_not_taken(hub: Hub, unpinned: Shelf) -> None:
    folder = pull(unpinned).folder
    (folder / "config.json").unlink()
    hub.add(REPOSITORY, {"config.json": SMALL, "deep/model.bin": BIG[::-1]})
    with pytest.raises(WrongBytes, match="no longer the file"):
        pull(unpinned)


def test_a_lone_file_without_any_known_hash_is_recorded_and_says_so(hub: Hub, unpinned: Shelf) -> None:
    rows = [{"rfilename": "config.json"}, {"rfilename": "deep/model.bin"}, {"rfilename": "../evil"}]
    hub.listing = {"sha": COMMIT, "siblings": rows}
    report = pull(unpinned)
    assert "recorded, not checked" in report.message
    assert {f.checked for f in read_lock(report.folder).files} == {"first sight"}  # type: ignore[union-attr]


@pytest.mark.parametrize("second", [Fault(shift=1000), Fault(etag='"other"'), Fault(ignore_range=True)])
def test_pieces_are_fitted_together_rightly_even_where_no_hash_would_tell(
    hub: Hub, unpinned: Shelf, second: Fault
) -> None:
    hub.listing = {"sha": COMMIT, "siblings": [{"rfilename": "config.json"}, {"rfilename": "deep/model.bin"}]}
    hub.faults[bin_path(hub)].extend([Fault(break_after=300_000), second])
    assert (pull(unpinned).folder / "deep/model.bin").read_bytes() == BIG


# a server that misbehaves: it is overcome ...


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(break_after=300_000)],
        [Fault(hang_up=True)],
        [Fault(status=500), Fault(status=503), Fault(status=429, headers={"Retry-After": "7"})],
        [Fault(break_after=1), Fault(break_after=0), Fault(break_after=300_000), Fault(break_after=200_000)],
        [Fault(break_after=300_000), Fault(ignore_range=True)],
        [Fault(break_after=300_000), Fault(status=416)],
        [Fault(break_after=300_000), Fault(shift=1000)],
        [Fault(break_after=300_000), Fault(etag='"other"')],
        [Fault(break_after=300_000, wrong=True)],
        [Fault(claim=5)],
        [Fault(claim=-5)],
        [Fault(extra=70_000)],
        [Fault(no_length=True, break_after=300_000)],
        [Fault(packed=True)],
    ],
    ids=lambda faults: "-".join(
        ",".join(f"{k}={v!r}" for k, v in vars(f).items() if v not in (None, 0, False, {})) for f in faults
    ),
)
def test_a_misbehaving_server_is_overcome(hub: Hub, shelf: Shelf, faults: list[Fault]) -> None:
    hub.faults[bin_path(hub)].extend(faults)
    report = pull(shelf)
    assert (report.folder / "deep/model.bin").read_bytes() == BIG
    assert leftovers(shelf) == ["config.json", "deep/model.bin", "pulled.toml"]


def test_a_broken_transfer_goes_on_where_it_stopped(hub: Hub, shelf: Shelf) -> None:
    hub.faults[bin_path(hub)].append(Fault(break_after=400_000))
    pull(shelf)
    first, second = [a for a in hub.asked if a.path == bin_path(hub)]
    assert "Range" not in first.headers
    assert second.headers["Range"] == "bytes=400000-" and second.headers["If-Range"].startswith('"')
    assert hub.served("model.bin") == len(BIG)


def test_a_pull_that_was_given_up_goes_on_the_next_time(hub: Hub, shelf: Shelf) -> None:
    hub.faults[bin_path(hub)].extend([Fault(break_after=250_000), Fault(break_after=250_000)])
    with pytest.raises(ServerTrouble, match=r"500000 of 700000 bytes.*pull again to go on"):
        pull(shelf, tries=2)
    assert shelf.rows()[0].state == "incomplete" and shelf.locate("words") is None
    assert not (shelf.folder("words") / "deep/model.bin").exists()
    pull(shelf)
    assert hub.served("model.bin") == len(BIG)


def test_a_mirror_goes_on_with_what_the_first_one_began(hub: Hub, shelf: Shelf) -> None:
    hub.faults[bin_path(hub)].append(Fault(break_after=500_000))
    with pytest.raises(ServerTrouble):
        pull(shelf, tries=1)
    other = Hub()
    other.add(REPOSITORY, {"config.json": SMALL, "deep/model.bin": BIG})
    shelf.pull("words", source_url=other.url + "/", web=web(shelf))
    other.close()
    assert other.served("model.bin") == 200_000
    assert "If-Range" not in other.asked[-1].headers


def test_a_wait_that_the_server_asks_for_is_kept(hub: Hub, shelf: Shelf) -> None:
    hub.faults[bin_path(hub)].extend([Fault(status=429, headers={"Retry-After": "7"}), Fault(status=503)])
    waits: list[float] = []
    pull(shelf, waits=waits)
    assert waits == [7.0, 2.0]


def test_a_try_that_brings_much_does_not_count(hub: Hub, tmp_path: Path) -> None:
    long = random.Random(2).randbytes(5 << 20)
    hub.add("makers/long", {"model.bin": long})
    files = (FileEntry("model.bin", sha(long)),)
    model = ModelEntry("words", "t", "makers/long", hub.url, COMMIT, "MIT", False, "", files)
    hub.always[hub.place("makers/long", "model.bin")] = Fault(break_after=(1 << 20) + 1)
    shelf = Shelf(tmp_path, (model,))
    pull(shelf, tries=2)
    assert (shelf.folder("words") / "model.bin").read_bytes() == long


# ... or it is said what to do


def refused(hub: Hub, shelf: Shelf, fault: Fault, **how: object) -> str:
    hub.always[bin_path(hub)] = fault
    with pytest.raises(WeightsError) as caught:
        pull(shelf, **how)
    message = str(caught.value)
    assert "\n" not in message and isinstance(caught.value, ModelError)
    assert not (shelf.folder("words") / "deep/model.bin").exists()
    assert shelf.locate("words") is None
    return message


def test_wrong_bytes_are_deleted(hub: Hub, shelf: Shelf) -> None:
    message = refused(hub, shelf, Fault(wrong=True))
    assert "wrong content" in message and "deleted" in message
    assert leftovers(shelf) == ["config.json"]


def test_a_length_that_is_always_a_lie(hub: Hub, shelf: Shelf) -> None:
    assert "announces 700005 bytes, 700000 are expected" in refused(hub, shelf, Fault(claim=5))


def test_a_file_without_length_or_hash_is_not_kept(hub: Hub, unpinned: Shelf) -> None:
    hub.listing = {"sha": COMMIT, "siblings": [{"rfilename": "config.json"}, {"rfilename": "deep/model.bin"}]}
    assert "does not say how long" in refused(hub, unpinned, Fault(no_length=True))


def test_404(hub: Hub, shelf: Shelf) -> None:
    assert "moved or removed" in refused(hub, shelf, Fault(status=404))


def test_a_server_that_is_always_overloaded(hub: Hub, shelf: Shelf) -> None:
    message = refused(hub, shelf, Fault(status=500), tries=3)
    assert "after 3 tries" in message and f"copy the folder by hand to {shelf.folder('words')}" in message
    assert len([a for a in hub.asked if a.path == bin_path(hub)]) == 3


def test_a_server_that_wants_an_hour_of_patience(hub: Hub, shelf: Shelf) -> None:
    assert "3600 s" in refused(hub, shelf, Fault(status=429, headers={"Retry-After": "3600"}))


def test_an_answer_nobody_expects(hub: Hub, shelf: Shelf) -> None:
    assert "answers 418" in refused(hub, shelf, Fault(status=418))


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_says_how_to_get_access(hub: Hub, tmp_path: Path, status: int) -> None:
    shelf = Shelf(tmp_path, (entry(hub, gated=True),))
    message = refused(hub, shelf, Fault(status=status))
    for words in ("gated", "read token", "HF_TOKEN", "no token was sent", "bwc models verify"):
        assert words in message
    assert f"{hub.url}/{REPOSITORY}" in message


def test_a_token_that_does_not_open_it(hub: Hub, tmp_path: Path) -> None:
    hub.required_token = "right"
    shelf = Shelf(tmp_path, (entry(hub, gated=True),))
    message = refused(hub, shelf, GOOD, token="hf_wrong")
    assert "does not open it" in message and "hf_wrong" not in message
    assert pull(shelf, token="right").fetched


def test_the_token_of_the_environment_is_used(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.required_token = "right"
    monkeypatch.setenv("HF_TOKEN", "right\n")
    assert Shelf(tmp_path, (entry(hub, gated=True),)).pull("words").fetched


def test_no_token_without_encryption_and_no_broken_token(shelf: Shelf) -> None:
    with pytest.raises(WeightsError, match="without encryption"):
        web(shelf, token="secret").get("http://models.example/x", {})
    with pytest.raises(WeightsError, match="copy it again") as caught:
        web(shelf, token="sec\nret")
    assert "ret" not in str(caught.value).replace("characters", "")


def test_redirects_are_followed_but_the_token_stays_behind(hub: Hub, shelf: Shelf) -> None:
    other = Hub()
    other.files["/store"] = BIG
    hub.always[bin_path(hub)] = Fault(location=f"{other.url}/store?signature=1")
    hub.faults[hub.place(REPOSITORY, "config.json")].append(Fault(location=hub.place(REPOSITORY, "moved")))
    hub.files[hub.place(REPOSITORY, "moved")] = SMALL
    pull(shelf, token="secret")
    other.close()
    assert all(a.headers.get("Authorization") == "Bearer secret" for a in hub.asked)
    assert [a.headers.get("Authorization") for a in other.asked] == [None]


def test_a_resumed_redirect_asks_for_the_rest(hub: Hub, shelf: Shelf) -> None:
    other = Hub()
    other.files["/store"] = BIG
    other.faults["/store"].append(Fault(break_after=600_000))
    hub.always[bin_path(hub)] = Fault(location=f"{other.url}/store")
    pull(shelf)
    other.close()
    assert other.served() == len(BIG)


def test_endless_redirects(hub: Hub, shelf: Shelf) -> None:
    assert "answers 302" in refused(hub, shelf, Fault(location=bin_path(hub)))


def test_a_redirect_to_a_local_file_is_not_followed(hub: Hub, shelf: Shelf) -> None:
    assert "answers 302" in refused(hub, shelf, Fault(location="file:///etc/hostname"))


@pytest.mark.parametrize("body", [b"<html>Log in to the network</html>", b"[]", b'{"sha": "main", "siblings": []}'])
def test_the_page_of_a_proxy_is_no_listing(hub: Hub, unpinned: Shelf, body: bytes) -> None:
    hub.always[f"/api/models/{REPOSITORY}/revision/main"] = Fault(body=body)
    with pytest.raises(ServerTrouble, match="no list of files"):
        pull(unpinned)


def test_a_listing_that_breaks_off_is_asked_again(hub: Hub, unpinned: Shelf) -> None:
    hub.faults[f"/api/models/{REPOSITORY}/revision/main"].extend([Fault(break_after=20), Fault(status=502)])
    assert pull(unpinned).fetched


def test_a_repository_without_the_file(hub: Hub, unpinned: Shelf) -> None:
    hub.add(REPOSITORY, {"config.json": SMALL})
    with pytest.raises(NotThere, match=r"no file deep/model\.\*"):
        pull(unpinned)


def test_offline_says_how_to_do_without(hub: Hub, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    shelf = Shelf(tmp_path, (entry(hub),))
    with pytest.raises(Unreachable) as caught:
        shelf.pull("words", source_url=f"http://127.0.0.1:{port}", web=web(shelf))
    message = str(caught.value)
    assert "cannot be reached" in message and f"by hand to {tmp_path / 'words'}" in message
    assert "bwc models verify words" in message and "\n" not in message


def test_a_certificate_that_is_not_accepted(shelf: Shelf) -> None:
    reason = ssl.SSLCertVerificationError("verify failed")
    reason.verify_message = "self-signed certificate in certificate chain"
    said = web(shelf)._no_contact("https://hub.example/x", reason)
    assert isinstance(said, Unreachable) and "SSL_CERT_FILE" in str(said) and "self-signed" in str(said)


@pytest.mark.parametrize("address", ["file:///tmp/x", "huggingface.co", "https://", "ftp://x/y"])
def test_an_address_that_is_none(shelf: Shelf, address: str) -> None:
    with pytest.raises(WeightsError, match="no address"):
        shelf.pull("words", source_url=address)


# the disk


def test_too_little_room_is_said_before_anything_is_fetched(
    hub: Hub, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=100))
    with pytest.raises(NoSpace, match=r"needs 0\.7 MB more and has 0\.0 MB.*BWC_MODELS"):
        pull(shelf)
    assert not hub.asked


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a file size limit that Linux enforces")
def test_a_full_disk_in_mid_download_keeps_nothing_half(hub: Hub, shelf: Shelf) -> None:
    """A process that may write 300 kB into a file: the kernel refuses the rest, as a full disk or quota does."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from models.manifest import FileEntry, ModelEntry\nfrom models.weights import Shelf\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        f"files = (FileEntry('deep/model.bin', {sha(BIG)!r}, {len(BIG)}),)\n"
        f"model = ModelEntry('words', 't', {REPOSITORY!r}, {hub.url!r}, {COMMIT!r}, 'MIT', False, '', files)\n"
        f"try: Shelf(Path({str(shelf.root)!r}), (model,)).pull('words')\n"
        "except Exception as error: print(type(error).__name__, error); sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("NoSpace no space left in")
    assert not (shelf.folder("words") / "deep/model.bin").exists()
    pull(shelf)
    assert shelf.verify("words").checked


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_that_cannot_be_written(shelf: Shelf) -> None:
    shelf.root.chmod(0o500)
    with pytest.raises(WeightsError, match="cannot write"):
        pull(shelf)
    shelf.root.chmod(0o700)


def test_a_file_where_the_folder_should_be(shelf: Shelf) -> None:
    shelf.folder("words").write_text("in the way")
    with pytest.raises(WeightsError, match="cannot write"):
        pull(shelf)


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_two_pulls_at_once(shelf: Shelf) -> None:
    with weights._alone(_made(shelf.folder("words")), "words"), pytest.raises(WeightsError, match="another pull"):
        pull(shelf)
    assert pull(shelf).fetched


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_a_pull_that_was_killed_is_taken_up(hub: Hub, shelf: Shelf) -> None:
    """A note without its part, a part without its note, a draft: whatever a crash leaves is no obstacle."""
    deep = shelf.folder("words") / "deep"
    deep.mkdir(parents=True)
    (deep / "model.bin.part").write_bytes(b"bytes of nobody knows what")
    (deep / "model.bin.part.json.draft").write_text("{")
    (shelf.folder("words") / "config.json.part.json").write_text("{")
    pull(shelf)
    assert shelf.verify("words").checked
    assert hub.served("model.bin") == len(BIG)


# folders copied by hand


def copied(shelf: Shelf, big: bytes = BIG) -> Path:
    folder = shelf.folder("words")
    (folder / "deep").mkdir(parents=True)
    (folder / "config.json").write_bytes(SMALL)
    (folder / "deep/model.bin").write_bytes(big)
    return folder


def test_a_copied_folder_is_checked_against_the_manifest(hub: Hub, shelf: Shelf) -> None:
    copied(shelf)
    assert shelf.locate("words") is None and shelf.rows()[0].state == "copied, not verified"
    report = shelf.verify("words")
    assert report.checked and "every hash matches" in report.message
    assert shelf.locate("words") is not None
    assert read_lock(report.folder).how == "copied by hand"  # type: ignore[union-attr]
    assert not hub.asked
    assert pull(shelf).fetched == () and not hub.asked


def test_a_copied_folder_that_is_wrong_is_not_accepted(shelf: Shelf) -> None:
    copied(shelf, BIG[:-1] + b"x")
    report = shelf.verify("words")
    assert not report.ok and "deep/model.bin" in report.message and shelf.locate("words") is None
    assert pull(shelf).fetched == ("deep/model.bin",)


def test_unknown_hashes_are_recorded_then_checked(unpinned: Shelf) -> None:
    folder = copied(unpinned)
    (folder / "notes.txt").write_text("mine")
    asked = unpinned.verify("words", record=False)
    assert not asked.ok and not (folder / "pulled.toml").exists()
    first = unpinned.verify("words")
    assert first.ok and not first.checked and "recorded, not checked" in first.message
    assert first.unlisted == ("notes.txt",)
    assert unpinned.verify("words").checked
    (folder / "deep/model.bin").write_bytes(BIG[:-1] + b"x")
    again = unpinned.verify("words")
    assert not again.ok and [c.path for c in again.files if c.state == "differs"] == ["deep/model.bin"]


def test_a_lock_file_that_came_along_counts(hub: Hub, unpinned: Shelf, tmp_path: Path) -> None:
    pull(unpinned)
    there = Shelf(tmp_path / "elsewhere", unpinned.entries)
    folder = copied(there, BIG[:-1] + b"x")
    (folder / "pulled.toml").write_bytes((unpinned.folder("words") / "pulled.toml").read_bytes())
    assert not there.verify("words").ok
    (folder / "deep/model.bin").write_bytes(BIG)
    assert there.verify("words").checked


def test_a_folder_in_the_making_is_not_taken_for_a_copy(hub: Hub, unpinned: Shelf) -> None:
    hub.always[bin_path(hub)] = Fault(break_after=10)
    with pytest.raises(ServerTrouble):
        pull(unpinned, tries=1)
    assert unpinned.rows()[0].state == "incomplete"
    report = unpinned.verify("words")
    assert not report.ok and "missing" in report.message and not (report.folder / "pulled.toml").exists()


def test_a_file_that_shrank_is_noticed_without_hashing(shelf: Shelf) -> None:
    folder = pull(shelf).folder
    (folder / "deep/model.bin").write_bytes(BIG[:-1])
    assert shelf.locate("words") is None and shelf.rows()[0].state == "changed"


@pytest.mark.parametrize("text", ["", "x = [", 'name = "words"\n', None])
def test_a_damaged_lock_file_is_said(shelf: Shelf, text: str | None) -> None:
    folder = pull(shelf).folder
    lock = folder / "pulled.toml"
    lock.write_text(text if text is not None else lock.read_text().replace('path = "', 'path = "../'))
    with pytest.raises(WeightsError, match="delete it"):
        shelf.verify("words")
    assert shelf.rows()[0].state == "changed" and shelf.locate("words") is None


# the rule that must hold whatever happens

faults = st.builds(
    Fault,
    status=st.sampled_from([None, None, None, None, 401, 404, 416, 429, 500]),
    break_after=st.none() | st.integers(0, 700_000),
    hang_up=st.sampled_from([False] * 9 + [True]),
    claim=st.sampled_from([0, 0, 0, 5, -5]),
    wrong=st.booleans(),
    extra=st.sampled_from([0, 0, 0, 40]),
    ignore_range=st.booleans(),
    no_length=st.booleans(),
    shift=st.sampled_from([0, 0, 0, -3, 3]),
    etag=st.sampled_from([None, '"a"', '"b"', 'W/"c"']),
    packed=st.sampled_from([False] * 9 + [True]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(faults, max_size=8), pinned=st.booleans(), pulls=st.integers(1, 3))
def test_a_file_has_the_right_content_or_is_not_there(hub: Hub, script: list[Fault], pinned: bool, pulls: int) -> None:
    hub.faults[bin_path(hub)] = deque(script)
    with tempfile.TemporaryDirectory() as root:
        shelf = Shelf(Path(root), (entry(hub, pinned),))
        for _ in range(pulls):
            try:
                pull(shelf, tries=3)
            except WeightsError as error:
                assert "\n" not in str(error)
            final = shelf.folder("words") / "deep/model.bin"
            assert not final.exists() or final.read_bytes() == BIG
            assert (shelf.locate("words") is None) or final.exists()
        hub.faults[bin_path(hub)].clear()
        pull(shelf)
        assert final.read_bytes() == BIG and shelf.verify("words").checked
        assert json.dumps(leftovers(shelf)) == '["config.json", "deep/model.bin", "pulled.toml"]'
