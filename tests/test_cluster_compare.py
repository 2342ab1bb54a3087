"""Claims against an index on a Ray cluster: the same bytes, whatever dies meanwhile."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conftest
import numpy as np
import pytest
from conftest import CLAIMS, FakeEncoder, FakeStance, Run, claim
from index_made import made, statements, text

from factcheck.cli.engine import spread_of
from factcheck.cluster import surroundings
from factcheck.cluster.session import LOOPBACK
from factcheck.errors import ClusterError, InputError, ModelError
from factcheck.index import table as tables
from factcheck.index.catalogue import catalogue_of
from factcheck.index.removing import remove
from factcheck.index.shards import shards
from factcheck.index.table import open_table
from factcheck.index.vectors import nearest, nearest_in
from factcheck.records import Source, Statement
from factcheck.search import joined

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

pytest.importorskip("ray")

ASKED = [claim("press", "The press was closed."), claim("peace", "The peace and the river lasted.")]
NODE = {"object_store_memory": 100 << 20, "node_ip_address": LOOPBACK}
SMALL = 16  # rows a shard, so that a small index has many


def alike(count: int) -> list[Statement]:
    """Texts that the encoder cannot tell apart, which differ all the same."""
    odd = Source(id="odd", kind="press", title="Odd")
    return [
        Statement(source=odd, id=f"t{n:03d}", text="The press was closed" + "." * (n + 1))
        for n in range(count)
    ]


# -- shards, without a cluster


@pytest.mark.parametrize("rows", [1, 7, 40, 1_000])
def test_shards_hold_each_text_once_and_find_what_the_whole_finds(
    tmp_path: Path, rows: int
) -> None:
    place = tmp_path / "i"
    made(place, [*statements(150), *alike(30)], batch=40)
    remove(str(place), ["s01/n0001", "s02/n0050"])  # of a fragment that is not cut from now on
    table = open_table(str(place))
    catalogue = catalogue_of(table, "source <> 's03'")
    parts = list(shards(table, catalogue, rows))
    held = np.concatenate([part.numbers for part in parts])
    assert sorted(held.tolist()) == list(range(len(catalogue)))
    assert max(part.rows for part in parts) <= max(rows, 40)
    queries = FakeEncoder().encode([each.text for each in ASKED])
    for k in (1, 5, 50, 500):
        wanted = nearest(table, catalogue, queries, k)
        found = (np.empty((2, 0)), np.empty((2, 0), np.int64))
        for part in reversed(parts):
            found = joined(found, nearest_in(table, part, queries, k), k)
        assert np.array_equal(found[0], wanted[0])
        assert np.array_equal(found[1], wanted[1])


def test_equal_scores_at_the_end_of_a_list_go_to_the_lower_number() -> None:
    left = (np.array([[0.5, 0.25]]), np.array([[8, 9]]))
    right = (np.array([[0.5, 0.25, 0.25]]), np.array([[2, 3, 11]]))
    scores, ids = joined(left, right, 3)
    assert scores.tolist() == [[0.5, 0.5, 0.25]]
    assert ids.tolist() == [[2, 8, 3]]


def test_a_shard_whose_vectors_are_elsewhere_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "i", statements(60), batch=60)
    table = open_table(str(tmp_path / "i"))
    catalogue = catalogue_of(table, None)
    first, second, *_ = shards(table, catalogue, 20)
    mixed = type(first)(first.places, first.numbers, 20, second.fragments, second.span)
    with pytest.raises(InputError, match="20 vectors are not where they should stand"):
        nearest_in(table, mixed, FakeEncoder().encode(["x"]), 3)


# -- options, without a cluster


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--address", "auto"], "--address needs --engine ray"),
        (["--concurrency", "2"], "--concurrency needs --engine ray"),
        (["--engine", "ray"], "--engine ray needs --index INDEX"),
        (["--engine", "ray", "--index", "idx", "--address", "x y"], "write it as auto, HOST:PORT"),
        (
            ["--engine", "ray", "--index", "idx", "--address", "http://a:1/%0A::error"],
            "write it as auto, HOST:PORT or ray://HOST:PORT",
        ),
        (
            ["--engine", "ray", "--index", "idx", "--concurrency", "99999"],
            "--concurrency 99,999: no more than 10,000 will do",
        ),
        (
            ["--engine", "ray", "--index", "idx", "--address", "127.0.0.1:1"],
            "--address 127.0.0.1:1: nothing answers there",
        ),
        (["--engine", "ray", "--index", "nowhere"], "nowhere: there is no index"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "check"])
@pytest.mark.usefixtures("fake_model")
def test_options_that_cannot_be_are_told(
    folder: Path, run: Run, command: str, options: list[str], message: str
) -> None:
    made(folder / "idx", statements(3))
    ran = run(command, "claims", *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in " ".join(ran.err.split())


def test_addresses_as_they_are_written() -> None:
    for address in ("auto", "10.0.0.1:6379", "ray://head.example.org:10001", "[::1]:6379"):
        assert spread_of("ray", address, 2) is not None
    assert spread_of("local", None, None) is None


@pytest.mark.usefixtures("fake_model")
def test_without_ray_it_says_what_to_install(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    ran = run("compare", "claims", "--index", "idx", "--engine", "ray")
    assert ran.code == 2
    assert "pip install 'factcheck-cli[ray]'" in ran.err


@pytest.mark.model
def test_a_worker_takes_no_other_model_than_the_one_that_was_meant() -> None:
    from factcheck.cluster.comparing import Judge
    from factcheck.running import Execution
    from factcheck.stance.cross_encoder import CrossEncoderStance
    from factcheck.weights import resolve_stance

    meant = CrossEncoderStance(resolve_stance("contrast"))
    judge = Judge("contrast", meant.sha256, meant.fingerprint, Execution())
    pairs = [("The press was closed.", "The press is free.")]
    assert np.array_equal(judge()(pairs), meant.judge(pairs))
    with pytest.raises(ModelError, match="a worker has other weights"):
        Judge("contrast", "0" * 64, meant.fingerprint, Execution())()
    with pytest.raises(ModelError, match="another way to run it"):
        Judge("contrast", meant.sha256, "0" * 64, Execution())()


# -- a cluster of several nodes


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A head that does no work, on loopback; nodes of one core can be added."""
    import compare_made
    import ray
    from ray import cloudpickle
    from ray.cluster_utils import Cluster

    for module in (conftest, compare_made):  # workers do not find the tests
        cloudpickle.register_pickle_by_value(module)
    settings = {"RAY_AUTH_MODE": "disabled", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    settings |= {"RAY_agent_register_timeout_ms": "120000"}  # a busy machine is slow
    checks = {"health_check_period_ms": 1_000, "health_check_failure_threshold": 5}
    head = NODE | ports() | {"num_cpus": 0, "include_dashboard": False}
    with (
        surroundings.environment(settings),
        surroundings.kept_to_loopback(),
        surroundings.patient(),
        surroundings.quiet(),
    ):
        with not_minding_forks():
            told = Cluster(initialize_head=True, head_node_args=head | {"_system_config": checks})
            ray.init(address=told.address, configure_logging=False, log_to_driver=False)
        yield told
        ray.shutdown()
        told.shutdown()


@contextmanager
def not_minding_forks() -> Iterator[None]:
    """Lance warns of every fork; those of Ray end in other programs."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "lance is not fork-safe")
        yield


def ports() -> dict[str, int]:
    """Ports for a node's agents: where it has to ask for them, it gives up on a busy machine."""
    names = ["metrics_agent_port", "metrics_export_port", "runtime_env_agent_port"]
    names.append("dashboard_agent_listen_port")
    with ExitStack() as stack:
        open_ = [stack.enter_context(socket.socket()) for _ in names]
        for each in open_:
            each.bind((LOOPBACK, 0))
        return {name: each.getsockname()[1] for name, each in zip(names, open_, strict=True)}


def with_nodes(cluster: Cluster, count: int) -> None:
    with not_minding_forks():
        for _ in range(count - len(cluster.worker_nodes)):
            cluster.add_node(**NODE, **ports(), num_cpus=1)


@pytest.fixture
def nodes(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Two nodes, and an index in many shards."""
    with_nodes(cluster, 2)
    monkeypatch.setattr("factcheck.cluster.comparing.LEAST_ROWS", SMALL)
    monkeypatch.setattr("factcheck.cluster.crew._PATIENCE", 0.5)
    return cluster


@pytest.fixture
def index(folder: Path, run: Run, fake_model: FakeEncoder) -> str:
    made(folder / "idx", [*statements(200), *alike(40)], batch=60)
    return "idx"


def skilled(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Have workers search in another way."""
    from factcheck.cluster import comparing

    searcher = comparing.Searcher
    monkeypatch.setattr(comparing, "Searcher", lambda *told: change(searcher(*told)))


@pytest.mark.cluster
def test_a_cluster_without_a_core_is_told(
    cluster: Cluster, index: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("compare", "claims", "--index", index, "--engine", "ray")
    assert (ran.code, ran.out) == (2, "")
    assert "no machine of the cluster has a core to work with" in " ".join(ran.err.split())


@pytest.mark.cluster
@pytest.mark.parametrize("processes", ["1", "2", "4"])
def test_reports_are_the_same_bytes(nodes: Cluster, index: str, run: Run, processes: str) -> None:
    spread = ["--engine", "ray", "--concurrency", processes]
    for options in (
        ["-k", "50"],
        ["--where", "line <> 3 OR kind = 'press'", "--kind", "press", "--stance-model", "fake"],
        ["--retrieve", "hybrid"],
        ["--retrieve", "lexical", "--stance-model", "fake"],
    ):
        asked = ["compare", "claims", "--index", index, "-f", "json", *options]
        local, shared = run(*asked), run(*asked, *spread)
        assert (local.code, shared.code, shared.err) == (0, 0, local.err)
        assert local.out == shared.out
    asked = ["check", "claims", "--index", index, "-f", "json", "--today", "2026-01-01"]
    asked += ["--select", "ALL", "--stance-model", "fake"]
    local, shared = run(*asked), run(*asked, *spread)
    assert (local.code, local.out) == (shared.code, shared.out)


@pytest.mark.cluster
def test_a_node_killed_in_the_middle_costs_nothing(
    nodes: Cluster, index: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compare_made import HangsOnce

    asked = ["compare", "claims", "--index", index, "-f", "json", "-k", "50"]
    local = run(*asked)
    pipes = tmp_path / "pipes"
    pipes.mkdir()
    for name in ("said", "never"):
        os.mkfifo(pipes / name)
    skilled(monkeypatch, lambda inner: HangsOnce(inner, pipes))
    killed: list[str] = []

    def kill() -> None:
        name = (pipes / "said").read_text()  # waits until a worker has a piece in hand
        [node] = [each for each in nodes.worker_nodes if each.node_id == name]
        nodes.remove_node(node, allow_graceful=False)
        killed.append(name)

    killer = threading.Thread(target=kill)
    killer.start()
    shared = run(*asked, "--engine", "ray", "--concurrency", "2")
    killer.join()
    assert len(killed) == 1
    assert len(nodes.worker_nodes) == 1
    assert (shared.code, shared.out, shared.err) == (0, local.out, local.err)


@pytest.mark.cluster
@pytest.mark.parametrize("at_once", [False, True])
def test_what_kills_every_worker_ends_the_command_and_writes_nothing(
    nodes: Cluster, index: str, run: Run, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    from compare_made import Dies

    skilled(monkeypatch, lambda _inner: Dies(at_once))
    Path("report.json").write_text("before", "utf-8")
    ran = run("compare", "claims", "--index", index, "--engine", "ray", "-o", "json=report.json")
    told = " ".join(ran.err.split())
    assert (ran.code, ran.out) == (2, "")
    assert "3 processes of the cluster died one after another" in told
    assert ("while they began" if at_once else "at the same piece of work") in told
    assert Path("report.json").read_text("utf-8") == "before"


@pytest.mark.cluster
def test_what_a_worker_raises_is_told_without_its_trace(
    nodes: Cluster, index: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compare_made import Fails

    asked = ["compare", "claims", "--index", index, "--engine", "ray"]
    original = tables.uri_of(index)
    skilled(monkeypatch, lambda inner: type(inner)("elsewhere", *list(vars(inner).values())[1:]))
    ran = run(*asked)
    assert ran.code == 2
    assert "a worker cannot open the index: elsewhere: there is no index" in ran.err
    assert original not in ran.err
    skilled(monkeypatch, lambda _inner: Fails())
    ran = run(*asked)
    assert ran.code == 2
    assert ran.err.startswith("error: a worker failed: KeyError: ")
    assert "Traceback" not in ran.err


@pytest.mark.cluster
def test_pairs_are_judged_by_workers_where_there_are_many(nodes: Cluster, tmp_path: Path) -> None:
    from compare_made import Judges

    from factcheck.cluster.comparing import FEW_PAIRS, SharedStance
    from factcheck.cluster.crew import Crew

    pairs = [(text(n), ASKED[n % 2].text) for n in range(FEW_PAIRS + 9)]
    inner, told = FakeStance(), list[tuple[int, int]]()
    with Crew(2, Judges(tmp_path)) as crew:
        shared = SharedStance(inner, lambda: crew)
        found = shared.judge(pairs, lambda done, total: told.append((done, total)))
        again = shared.judge(pairs[::-1])
        few = shared.judge(pairs[:3])
    wanted = FakeStance().judge(pairs)
    assert np.array_equal(found, wanted)
    assert np.array_equal(again, wanted[::-1])
    assert np.array_equal(few, wanted[:3])
    assert [len(batch) for batch in inner.batches] == [3]
    assert (told[0], told[-1]) == ((0, len(pairs)), (len(pairs), len(pairs)))
    assert os.getpid() not in {int(path.name[7:]) for path in tmp_path.glob("judged-*")}
    assert (shared.name, shared.fingerprint) == (inner.name, inner.fingerprint)


@pytest.mark.cluster
def test_more_are_asked_for_than_there_is_room_for(nodes: Cluster) -> None:
    from compare_made import Doubles

    from factcheck.cluster.crew import Crew

    with Crew(9, Doubles()) as crew:
        assert sorted(crew.each(range(20))) == [(n, 2 * n) for n in range(20)]
        assert list(crew.each([])) == []
    with pytest.raises(ClusterError, match="no machine of the cluster has a GPU"):
        Crew(1, Doubles(), gpu=True)


@pytest.mark.cluster
@pytest.mark.model
def test_real_models_give_the_same_report_by_a_cluster(
    nodes: Cluster, folder: Path, run: Run
) -> None:
    assert run("index", "build", CLAIMS, "-o", "idx").code == 0
    options = ["--stance-model", "contrast", "--no-cache", "-f", "json"]
    asked = ["compare", CLAIMS, "--index", "idx", "--only", "press-freedom", *options]
    local, shared = run(*asked), run(*asked, "--engine", "ray", "--concurrency", "2")
    assert (local.code, shared.code) == (0, 0)
    assert local.out == shared.out
    assert json.loads(local.out)["summary"]["claims"] > 0
