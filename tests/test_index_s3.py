"""An index in an object store: a real S3 server on loopback, and all that may go wrong with it."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conftest
import pytest
from cluster_made import write_corpus
from conftest import FakeEncoder, Run, claim
from index_made import fails_after, made, statements

from factcheck.compare import compare
from factcheck.errors import InputError, OutputError
from factcheck.index.building import build, prepared
from factcheck.index.columns import rows_of
from factcheck.index.corpus import IndexCorpus
from factcheck.index.entries import entry_of
from factcheck.index.reading import items_of, statements_of
from factcheck.index.table import commit, exists, fragments_of, open_table
from factcheck.index.verifying import verify
from factcheck.index.writing import encoded

if TYPE_CHECKING:
    from moto.server import ThreadedMotoServer

    from factcheck.index.table import Table

threaded = pytest.importorskip("moto.moto_server.threaded_moto_server")

KEY, SECRET, TOKEN = "AKIA-OF-A-TEST", "never/show+this", "nor-this-token"
ADDRESS = "127.0.0.1"


def started(port: int = 0) -> ThreadedMotoServer:
    server = threaded.ThreadedMotoServer(ip_address=ADDRESS, port=port, verbose=False)
    server.start()
    return server


def stopped(server: ThreadedMotoServer) -> None:
    server.stop()
    assert server._server is not None
    server._server.server_close()  # or connections would be taken and never answered


def put(url: str, data: bytes = b"", method: str = "PUT") -> None:
    asked = urllib.request.Request(url, data, {"Content-Type": "text/plain"}, method=method)
    urllib.request.urlopen(asked).close()


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    told = started()
    yield told
    stopped(told)


@pytest.fixture
def place(server: ThreadedMotoServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an index that is not there yet, in a bucket without others."""
    return placed(server, monkeypatch)


def placed(server: ThreadedMotoServer, monkeypatch: pytest.MonkeyPatch) -> str:
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    for name, value in {
        "AWS_ENDPOINT": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
        "OBJECT_STORE_CLIENT_MAX_RETRIES": "1",
        "OBJECT_STORE_CLIENT_RETRY_TIMEOUT": "1",
    }.items():
        monkeypatch.setenv(name, value)
    put(f"{endpoint}/moto-api/reset", method="POST")
    put(f"{endpoint}/critics")
    return "s3://critics/a folder/index"


def keys(place: str) -> list[str]:
    return sorted(open_table(place).data.to_table(columns=["key"])["key"].to_pylist())


def told_no_secret(message: str) -> bool:
    return not any(secret in message for secret in (KEY, SECRET, TOKEN))


@pytest.mark.usefixtures("fake_model")
def test_every_command_works_in_an_object_store(folder: Path, run: Run, place: str) -> None:
    made(folder / "here", statements(30))
    built = run("index", "build", "claims", "-o", place)
    assert (built.code, built.err) == (0, f"{place}: 3 statements added (3 texts encoded)\n")
    assert "3 there already" in run("index", "add", place, "claims").err
    asked = ["compare", "claims", "-f", "json", "--where", "kind = 'ngo'", "-k", "9"]
    run("index", "build", "claims", "-o", "here2")
    assert run(*asked, "--index", place).out == run(*asked, "--index", "here2").out
    assert "1 statement removed" in run("index", "remove", place, "--key", "letter/other").err
    assert "old versions dropped" in run("index", "compact", place, "--older-than", "0").err
    verified = run("index", "verify", place)
    assert (verified.code, verified.out) == (0, "sound: 2 rows read, 2 texts encoded anew\n")
    info = run("index", "info", place)
    assert "statements:  2 (2 ngo)\n" in info.out
    asked = ["check", "claims", "--index", place, "--stance-model", "fake", "-f", "json"]
    gate = run(*asked, "--fail-on", "never")
    assert gate.code == 0
    assert keys(place) == ["letter/closed", "letter/praise"]


def test_the_same_rows_are_found_as_in_a_folder(tmp_path: Path, place: str) -> None:
    every = statements(300)
    made(tmp_path / "here", every, batch=70)
    prepared(place, FakeEncoder())
    build(place, every, FakeEncoder(), batch=70)
    here, there = (open_table(each).data.to_table() for each in (str(tmp_path / "here"), place))
    assert here.sort_by("key").equals(there.sort_by("key"))
    assert not verify(open_table(place), FakeEncoder()).faults


def test_a_build_that_was_stopped_goes_on(place: str) -> None:
    every = statements(60)
    prepared(place, FakeEncoder())
    with pytest.raises(KeyboardInterrupt):
        build(place, every, FakeEncoder(), batch=20, before_commit=fails_after(2))
    assert (len(keys(place)), open_table(place).unfinished) == (40, True)
    done = build(place, every, FakeEncoder(), batch=20)
    assert (done.added, done.same) == (20, 40)
    assert keys(place) == sorted(each.key for each in every)
    assert not open_table(place).unfinished


def test_of_two_commits_at_the_same_moment_the_store_refuses_one(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lock is needed: who comes second under a version's name is refused by the store."""
    prepared(place, FakeEncoder())
    table = open_table(place)
    first, second = (one_row(table, number) for number in (1, 2))
    application = threaded.DomainDispatcherApplication
    answer = application.__call__
    asked: list[str | None] = []
    other: list[bool] = []

    def held_back(self: Any, environ: dict[str, Any], respond: Any) -> Any:
        if environ["REQUEST_METHOD"] == "PUT" and "/_versions/" in environ["PATH_INFO"]:
            asked.append(environ.get("HTTP_IF_NONE_MATCH"))
            if len(asked) == 1:  # on its way; meanwhile another comes and goes
                other.append(commit(table, second) is not None)
        return answer(self, environ, respond)

    monkeypatch.setattr(application, "__call__", held_back)
    assert commit(table, first) is None
    assert (other, asked[:2]) == ([True], ["*", "*"])
    assert keys(place) == ["s02/n0002"]
    assert open_table(place).version == table.version + 1


def one_row(table: Table, number: int) -> list[Any]:
    """The files of a statement, which no version names yet."""
    [told] = statements(1, first=number)
    one = entry_of(told)
    vectors = encoded([one.statement.text], FakeEncoder())
    return fragments_of(table, rows_of([one], {one.text_sha256: vectors[0]}, table.data.schema))


def test_two_writers_both_land_and_nothing_is_there_twice(place: str) -> None:
    prepared(place, FakeEncoder())

    others = iter([statements(30, first=10)])

    def other_first() -> None:
        for given in others:
            build(place, given, FakeEncoder())

    build(place, statements(30), FakeEncoder(), before_commit=other_first)
    assert keys(place) == sorted(each.key for each in statements(40))
    assert not verify(open_table(place), FakeEncoder()).faults


def test_a_reader_keeps_to_its_version(place: str) -> None:
    prepared(place, FakeEncoder())
    build(place, statements(5), FakeEncoder())
    reader = open_table(place)
    build(place, statements(9), FakeEncoder())
    assert (reader.rows, open_table(place).rows) == (5, 9)
    assert open_table(place, reader.version).rows == 5


@pytest.mark.usefixtures("fake_model")
def test_a_bucket_that_is_not_there_is_told(folder: Path, run: Run, place: str) -> None:
    for arguments in (
        ["index", "build", "claims", "-o", "s3://nobody/idx"],
        ["compare", "claims", "--index", "s3://nobody/idx"],
    ):
        ran = run(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: s3://nobody/idx: ")
        assert told_no_secret(ran.err)


@pytest.mark.usefixtures("fake_model")
def test_keys_that_are_refused_are_told_and_not_shown(
    folder: Path, run: Run, place: str, server: ThreadedMotoServer
) -> None:
    run("index", "build", "claims", "-o", place)
    host, port = server.get_host_and_port()
    auth = f"http://{host}:{port}/moto-api/reset-auth"
    put(auth, b"0", "POST")  # from now on nobody is known
    try:
        for arguments in (
            ["compare", "claims", "--index", place],
            ["index", "add", place, "claims"],
            ["index", "build", "claims", "-o", place + "2"],
        ):
            ran = run(*arguments)
            assert (ran.code, ran.out) == (2, "")
            assert "403" in ran.err
            assert "keys are not accepted" in ran.err
            assert told_no_secret(ran.err)
    finally:
        put(auth, b"inf", "POST")
    assert len(keys(place)) == 3


def test_keys_in_a_url_are_refused_and_not_shown() -> None:
    with pytest.raises(InputError, match="keys are taken from the environment") as told:
        exists(f"s3://{KEY}:{SECRET}@critics/index")
    assert told_no_secret(str(told.value))


def test_a_server_that_goes_in_the_middle_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    server = started()
    place = placed(server, monkeypatch)
    _, port = server.get_host_and_port()
    prepared(place, FakeEncoder())
    opened = open_table(place)
    commits = iter(range(9))

    def stop_at(number: int) -> Callable[[], None]:
        def stop() -> None:
            if next(commits) == number:
                stopped(server)

        return stop

    with pytest.raises(OutputError, match="cannot be written") as told:
        build(place, statements(60), FakeEncoder(), batch=20, before_commit=stop_at(1))
    assert told_no_secret(str(told.value))
    assert "what was committed before stays" in str(told.value)
    with pytest.raises(InputError, match="cannot be read") as unread:
        opened.latest()
    assert told_no_secret(str(unread.value))
    again = started(int(port))
    try:
        assert len(keys(place)) == 20
        assert build(place, statements(60), FakeEncoder(), batch=20).same == 20
        assert keys(place) == sorted(each.key for each in statements(60))
    finally:
        stopped(again)


@pytest.mark.cluster
def test_a_cluster_builds_and_searches_in_an_object_store(tmp_path: Path, place: str) -> None:
    cloudpickle = pytest.importorskip("ray.cloudpickle")
    from factcheck.cluster import building
    from factcheck.cluster.comparing import Workers
    from factcheck.cluster.session import connected

    cloudpickle.register_pickle_by_value(conftest)  # workers do not find the tests
    corpus = items_of([str(write_corpus(tmp_path / "corpus", files=3, rows=40))])
    made(tmp_path / "here", statements_of(corpus))
    prepared(place, FakeEncoder())
    asked = [claim("press", "The press was closed."), claim("peace", "The peace lasted.")]
    with connected(None, 2):
        done = building.build(place, corpus, FakeEncoder(), building.Workers(2, FakeEncoder))
        with Workers(None, 2) as workers:
            there = IndexCorpus(open_table(place), find=workers.nearest)
            report = compare(asked, there, encoder=FakeEncoder(), k=50)
    assert done.added == 120
    here = open_table(str(tmp_path / "here"))
    assert (
        here.data.to_table().sort_by("key").equals(open_table(place).data.to_table().sort_by("key"))
    )
    assert report == compare(asked, IndexCorpus(here), encoder=FakeEncoder(), k=50)
