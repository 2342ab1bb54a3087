"""An index built by a Ray of several nodes: the same as without, whatever dies meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cluster_made
import conftest
import pytest
from cluster_made import (
    DEADLY,
    Deadly,
    Here,
    KillsItsNode,
    poison,
    stubbornly,
    with_bomb,
    write_corpus,
)
from conftest import CLAIMS, FakeEncoder
from index_made import keys, made, rows

from factcheck.cluster import building
from factcheck.cluster.building import Workers
from factcheck.cluster.reading import Task, parts, read
from factcheck.cluster.session import LOOPBACK, connected
from factcheck.cluster.surroundings import environment, kept_to_loopback, patient, quiet
from factcheck.cluster.work import Encode, Failed, ModelFinder, hand_of
from factcheck.cluster.writing import GROUP
from factcheck.errors import ClusterError, EmptyInputError, InputError, ModelError
from factcheck.index.building import build, prepared
from factcheck.index.reading import Unreadable, items_of, statements_of
from factcheck.index.table import open_table
from factcheck.index.verifying import verify
from factcheck.running import Execution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Run

    from factcheck.index.reading import Item
    from factcheck.index.writing import Written

pytest.importorskip("ray")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", files=4, rows=30)


@pytest.fixture
def local(corpus: Path, tmp_path: Path) -> Path:
    """The index that this process makes by itself."""
    place = tmp_path / "local"
    made(place, statements_of(items_of([corpus])), batch=16)
    return place


def sound(place: Path) -> None:
    found = verify(open_table(str(place)), FakeEncoder(), sample=10_000)
    assert found.faults == ()


# Without Ray: the same road, walked by one process.


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Readers and a crew of this process; what texts its members die of may be put in."""
    options: dict[str, Any] = {"deaths": "", "crews": []}

    def crew(size: int, hand: Any, *, gpu: bool = False) -> Here:
        options["crews"].append(Here(hand, options["deaths"]))
        return options["crews"][-1]  # type: ignore[no-any-return]

    def parts_here(
        items: Sequence[Item], task: Task, readers: int, stdin: bytes | None = None
    ) -> Any:
        for number, item in enumerate(items):
            yield from read((number, item, None if item.found.path else stdin), task)

    monkeypatch.setattr(building, "Crew", crew)
    monkeypatch.setattr(building, "parts", parts_here)
    return options


def put(place: Path, items: Sequence[Item], **options: Any) -> Written:
    prepared(str(place), FakeEncoder())
    workers = Workers(2, options.pop("find", FakeEncoder))
    return building.build(str(place), items, FakeEncoder(), workers, **({"batch": 16} | options))


def test_rows_are_those_that_one_process_makes(
    here: dict[str, Any], corpus: Path, local: Path, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    done = put(place, items_of([corpus]))
    assert rows(place) == rows(local)
    assert done.added == 120
    assert done.encoded == len({row["text_sha256"] for row in rows(local)}) < 120
    again = put(place, items_of([corpus]))
    assert (again.added, again.same, again.encoded) == (0, 120, 0)
    assert here["crews"][-1].pieces == []
    assert not open_table(str(place)).unfinished
    sound(place)


def test_commits_hold_many_files_and_a_stopped_build_goes_on(
    here: dict[str, Any], corpus: Path, local: Path, tmp_path: Path
) -> None:
    place, commits = tmp_path / "index", []

    def before_commit() -> None:
        commits.append(len(open_table(str(place)).data.get_fragments()))
        if len(commits) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(place, items_of([corpus]), batch=2, before_commit=before_commit)
    assert commits == [0, GROUP[0]]
    assert len(keys(place)) == 2 * GROUP[0]
    assert open_table(str(place)).unfinished
    sound(place)
    done = put(place, items_of([corpus]), batch=2)
    assert (done.added, done.same) == (120 - 2 * GROUP[0], 2 * GROUP[0])
    assert rows(place) == rows(local)


def test_another_writer_between_is_looked_at_and_nothing_is_there_twice(
    here: dict[str, Any], corpus: Path, local: Path, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    theirs = list(statements_of(items_of([corpus])))[20:60:3]
    changed = theirs[0].model_copy(update={"locator": "p. 9"})
    once = iter([True])

    def before_commit() -> None:
        if next(once, False):
            made(place, [changed, *theirs[1:]])

    done = put(place, items_of([corpus]), before_commit=before_commit)
    assert keys(place) == keys(local)
    assert (done.added, done.changed, done.same) == (120 - len(theirs), 1, len(theirs) - 1)
    sound(place)


def test_changed_statements_take_the_place_of_the_old(
    here: dict[str, Any], corpus: Path, tmp_path: Path
) -> None:
    places = [tmp_path / "index", tmp_path / "other"]
    for place in places:
        made(place, statements_of(items_of([corpus])))
    file = corpus / "f1.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    lines[3]["text"], lines[9]["locator"] = "Other words altogether.", "p. 2"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines[:-1]), "utf-8")
    done = put(places[0], items_of([corpus]), replace_sources=True)
    prepared(str(places[1]), FakeEncoder())
    wanted = build(
        str(places[1]),
        statements_of(items_of([corpus])),
        FakeEncoder(),
        replace_sources=True,
        batch=16,
    )
    assert done == wanted
    assert (done.changed, done.removed) == (2, 1)
    assert rows(places[0]) == rows(places[1])


@pytest.mark.parametrize("batch", [10, 50])
def test_a_document_nobody_survives_is_left_out_and_no_other(
    here: dict[str, Any], corpus: Path, tmp_path: Path, batch: int
) -> None:
    word = "poison-text"
    here["deaths"] = word
    poison(corpus, 1, word)
    place, left_out = tmp_path / "index", list[Unreadable]()
    done = put(place, items_of([corpus]), batch=50, skipped=left_out.append)
    assert [Path(each.name).name for each in left_out] == ["f1.jsonl"]
    assert "3 processes died of it" in left_out[0].reason
    assert {key.partition("/")[0] for key in keys(place)} == {"s0", "s1", "s2", "s3"} - {"s1"}
    assert done.added == 90
    sound(place)
    with pytest.raises(InputError, match=r"f1\.jsonl: encoding it ends the worker"):
        put(tmp_path / "second", items_of([corpus]), batch=batch)
    assert len(keys(tmp_path / "second")) == 30
    sound(tmp_path / "second")


def test_poison_in_a_changed_statement_is_found_too(
    here: dict[str, Any], corpus: Path, tmp_path: Path
) -> None:
    place, left_out = tmp_path / "index", list[Unreadable]()
    made(place, statements_of(items_of([corpus])))
    file = corpus / "f1.jsonl"
    text = json.loads(file.read_text("utf-8").splitlines()[4])["text"]
    file.write_text(file.read_text("utf-8").replace(text, "A poison-text."), "utf-8")
    here["deaths"] = "poison-text"
    before = rows(place)
    done = put(place, items_of([corpus]), batch=50, skipped=left_out.append, replace_sources=True)
    assert [Path(each.name).name for each in left_out] == ["f1.jsonl"]
    assert (done.changed, done.removed) == (0, 0)
    assert rows(place) == before


def test_what_is_no_document_s_fault_ends_the_run(
    here: dict[str, Any], corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def each(self: Here, pieces: Any, lost: Any = None) -> Any:
        for number, piece in enumerate(pieces):
            yield number, (self._do(piece) if isinstance(piece, Encode) else Failed("died"))

    monkeypatch.setattr(Here, "each", each)
    with pytest.raises(ClusterError, match=r"each document alone does no harm \(died\)"):
        put(tmp_path / "index", items_of([corpus]))
    assert keys(tmp_path / "index") == []


@pytest.mark.parametrize("cluster", [False, True])
def test_documents_that_cannot_be_read_stop_or_are_skipped(
    here: dict[str, Any], corpus: Path, tmp_path: Path, cluster: bool
) -> None:
    with (corpus / "f1.jsonl").open("a") as file:
        file.write("no JSON %0A::error\n")
    (corpus / "f2.jsonl").write_bytes(b"")
    (corpus / "f3.parquet").write_bytes(b"PAR1 and no more")
    place, left_out = tmp_path / "index", list[Unreadable]()

    def run(place: Path, skipped: Any) -> Any:
        items = items_of([corpus])
        if cluster:
            return put(place, items, skipped=skipped)
        return made(place, statements_of(items, None, skipped), batch=16)

    assert run(place, left_out.append).added == 60
    assert [Path(each.name).name for each in left_out] == ["f1.jsonl", "f3.parquet"]
    assert "f1.jsonl:31:1: is no JSON" in left_out[0].reason
    assert {key.partition("/")[0] for key in keys(place)} == {"s0", "s3"}
    with pytest.raises(InputError, match=r"f1\.jsonl:31:1: is no JSON"):
        run(tmp_path / "second", None)


def test_conflicts_are_refused_as_without_a_cluster(
    here: dict[str, Any], corpus: Path, tmp_path: Path
) -> None:
    line = (corpus / "f0.jsonl").read_text("utf-8").splitlines()[0]
    (corpus / "f9.jsonl").write_text(line.replace("closed", "open") + "\n", "utf-8")
    with pytest.raises(InputError, match=r"f9\.jsonl:1: two statements are called 's0/r0'"):
        put(tmp_path / "index", items_of([corpus]), skipped=lambda _: None)
    assert len(keys(tmp_path / "index")) == 120
    (corpus / "f9.jsonl").write_text(line.replace('"kind"', '"title": "X", "kind"'), "utf-8")
    with pytest.raises(InputError, match="two sources are called 's0'"):
        put(tmp_path / "index", items_of([corpus]))


def test_nothing_to_put_in_is_an_error(here: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("", "utf-8")
    with pytest.raises(EmptyInputError, match="no statement among these"):
        put(tmp_path / "index", items_of([tmp_path / "none.jsonl"]))


def test_warnings_of_readers_are_told(here: dict[str, Any], tmp_path: Path) -> None:
    row = {"id": "a", "text": "The press was closed.", "source": "s", "kind": "ngo", "odd": 1}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), "utf-8")
    for skipped in (None, lambda _: None):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            put(tmp_path / "index", items_of([tmp_path / "a.jsonl"]), skipped=skipped)
        assert [str(each.message).partition(": ")[2] for each in told] == [
            "fields that are not read: 'odd'"
        ]


def test_a_reader_without_the_corpus_says_so(corpus: Path) -> None:
    (item, *_) = items_of([corpus])
    (told,) = read((0, item, None), Task("/nowhere at all", 16, whole=False))
    assert "a worker cannot use this folder" in told.failure


def test_workers_verify_the_model_and_find_the_index(tmp_path: Path) -> None:
    right = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    with pytest.raises(ModelError, match="a worker has other weights"):
        ModelFinder("all-MiniLM-L6-v2", "0" * 64, "x", Execution())()
    with pytest.raises(ModelError, match="would run it in another way"):
        ModelFinder("all-MiniLM-L6-v2", right, "x", Execution())()
    with pytest.raises(ClusterError, match="a worker cannot open the index"):
        hand_of(str(tmp_path / "nowhere"), FakeEncoder)()


def test_without_ray_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    ran = run("index", "build", "claims", "-o", "made", "--engine", "ray")
    assert ran.code == 2
    assert "pip install 'factcheck-cli[ray]'" in ran.err
    assert not Path("made").exists()


def test_skipped_documents_are_counted_by_the_command(
    run: Run, corpus: Path, tmp_path: Path, fake_model: FakeEncoder
) -> None:
    (corpus / "f2.jsonl").write_text("nothing of use\n", "utf-8")
    place = tmp_path / "index"
    assert run("index", "build", corpus, "-o", place).code == 2
    ran = run("index", "build", corpus, "-o", place, "--on-error", "skip")
    assert ran.code == 0
    assert "f2.jsonl:1:1: is no JSON" in ran.err
    assert ran.err.endswith("1 document skipped\n")


# With Ray: nodes of this machine, joined and left by each test.


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster whose head has one core, and to which nodes can be added."""
    from ray import cloudpickle
    from ray.cluster_utils import Cluster

    for module in (conftest, cluster_made):  # workers do not find the tests
        cloudpickle.register_pickle_by_value(module)
    settings = {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    settings |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}  # keeps all to loopback
    checks = {"health_check_period_ms": 1_000, "health_check_failure_threshold": 3}
    with environment(settings), kept_to_loopback(), patient(), quiet():
        cluster = stubbornly(
            Cluster,
            initialize_head=True,
            head_node_args={"num_cpus": 1, "object_store_memory": 100 << 20}
            | {"node_ip_address": LOOPBACK}
            | {"include_dashboard": False, "_system_config": checks},
        )
        yield cluster
        cluster.shutdown()


@pytest.mark.cluster
def test_a_node_killed_in_the_middle_costs_nothing(
    nodes: Any, corpus: Path, local: Path, tmp_path: Path
) -> None:
    pipe, place = tmp_path / "pipe", tmp_path / "index"
    os.mkfifo(pipe)
    node = nodes.add_node(num_cpus=1, object_store_memory=100 << 20, node_ip_address=LOOPBACK)
    prepared(str(place), FakeEncoder())
    encoder = KillsItsNode(node.node_id, pipe)
    with connected(nodes.address, 2):
        done = building.build(
            str(place), items_of([corpus]), FakeEncoder(), Workers(2, lambda: encoder), batch=16
        )
    assert not pipe.exists()
    assert not [each for each in nodes.list_all_nodes() if each.node_id == node.node_id] or (
        node.dead_processes()
    )
    assert done.added == 120
    assert rows(place) == rows(local)
    sound(place)


@pytest.mark.cluster
def test_documents_that_end_processes_are_named_and_no_other_is_lost(
    nodes: Any, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.cluster.crew.MOST_DEATHS", 2)  # each takes a second
    monkeypatch.setattr("factcheck.cluster.reading.TRIES", 2)
    for number, word in enumerate(DEADLY.values()):
        poison(corpus, number, word)
    write_corpus(tmp_path / "more", files=1, rows=5)
    (tmp_path / "more" / "f0.jsonl").rename(corpus / "f9.jsonl")
    place, left_out = tmp_path / "index", list[Unreadable]()
    prepared(str(place), FakeEncoder())
    with connected(nodes.address, 1):
        done = building.build(
            str(place),
            with_bomb(items_of([corpus]), 4),
            FakeEncoder(),
            Workers(1, Deadly),
            batch=1_000,
            skipped=left_out.append,
        )
    reasons = {Path(each.name).name: each.reason for each in left_out}
    assert set(reasons) == {"f0.jsonl", "f1.jsonl", "f2.jsonl", "f9.jsonl"}
    assert "2 processes died" in reasons["f0.jsonl"]
    assert "2 processes died" in reasons["f1.jsonl"]
    assert "MemoryError" in reasons["f2.jsonl"]
    assert "2 processes died while they read it" in reasons["f9.jsonl"]
    assert done.added == 30
    assert {key.partition("/")[0] for key in keys(place)} == {"s3"}
    sound(place)


@pytest.mark.cluster
def test_what_comes_of_a_document_alone_begins_where_it_was(nodes: Any, corpus: Path) -> None:
    from factcheck.cluster import reading

    items = items_of([corpus])
    task = Task(str(Path.cwd()), 10, whole=False)
    with connected(nodes.address, 1):
        told = list(reading._alone((1, items[1], None), task, 2))
        every = list(parts(items, task, 2))
    assert [(part.number, len(part.entries), part.last) for part in told] == [
        (2, 10, False),
        (3, 0, True),
    ]
    assert [part.item for part in every if part.last] == [0, 1, 2, 3]
    assert [s.key for s in statements_of(items)] == [
        entry.key for part in every for entry in part.entries
    ]


@pytest.mark.cluster
@pytest.mark.model
def test_the_command_makes_the_same_index_and_the_same_report(
    nodes: Any, run: Run, tmp_path: Path
) -> None:
    reports = []
    for place, more in (("one", ()), ("many", ("--engine", "ray", "--address", nodes.address))):
        ran = run("index", "build", CLAIMS, "-o", tmp_path / place, *more)
        assert (ran.code, ran.err) == (0, f"{tmp_path / place}: {ran.err.partition(': ')[2]}")
        command = ("compare", CLAIMS, "--index", tmp_path / place, "-f", "json")
        reports.append(run(*command, "--stance-model", "none").out)
    assert reports[0] == reports[1]
    assert rows(tmp_path / "one") == rows(tmp_path / "many")


@pytest.mark.cluster
def test_an_address_where_nothing_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"--address 127\.0\.0\.1:1: nothing answers there"):
        connected("127.0.0.1:1", 1).__enter__()
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(InputError, match=r"--address auto: nothing answers there"):
        connected("auto", 1).__enter__()


_SCRIPT = """
import json, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import cluster_made, conftest, ray
import psutil  # Ray's own
from conftest import FakeEncoder
from factcheck.cluster import building
from factcheck.cluster.session import connected
from factcheck.index.building import prepared
from factcheck.index.reading import items_of

class Interrupts(FakeEncoder):
    def encode(self, texts, progress=None):
        os.kill(driver, signal.SIGINT)
        signal.pause()

for module in (conftest, cluster_made):
    ray.cloudpickle.register_pickle_by_value(module)
driver, place, told = os.getpid(), sys.argv[3], {"beyond": [], "ports": 0}
signal.signal(signal.SIGINT, signal.default_int_handler)
prepared(place, FakeEncoder())
children = []
try:
    with connected(None, 1):
        def find():
            return Interrupts()
        ray.get(ray.remote(lambda: None).remote())
        children = psutil.Process().children(recursive=True)
        for child in children:
            for each in child.net_connections("inet"):
                if each.status == "LISTEN":
                    told["ports"] += 1
                    if each.laddr.ip.removeprefix("::ffff:") != "127.0.0.1":
                        told["beyond"].append([child.name(), each.laddr.ip])
        building.build(place, items_of([sys.argv[2]]), FakeEncoder(), building.Workers(1, find))
except KeyboardInterrupt:
    told["interrupted"] = True
_, alive = psutil.wait_procs(children, timeout=60)
told["left"] = [child.name() for child in alive]
told["settings"] = sorted(name for name in os.environ if name.startswith("RAY_AUTH"))
print(json.dumps(told))
"""


@pytest.mark.cluster
def test_a_ray_of_this_machine_keeps_to_loopback_and_goes_at_an_interrupt(
    corpus: Path, tmp_path: Path
) -> None:
    words = [sys.executable, "-W", "ignore", "-c", _SCRIPT, str(Path(__file__).parent)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    ran = subprocess.run(
        [*words, str(corpus), str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=False,
        env=own,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["ports"] > 3
    assert told == told | {"beyond": [], "interrupted": True, "left": [], "settings": []}
    assert keys(tmp_path / "index") == []
