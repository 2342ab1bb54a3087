"""The packaged models, compiled for the processor by OpenVINO.

They need neither torch nor transformers, start sooner, and run several times as fast
(benchmarks/RESULTS.md); the vectors are those of sentence-transformers but for rounding,
which tests/test_compiled.py holds. Every other model takes the road through
`factcheck.inference`.

A row's length is rounded up to a multiple of four tokens whatever its company, and the
products do not depend on how many rows there are: what a model gives for a row does not
depend on what it was batched with.

Weights stay in the files they lie in, and OpenVINO shares them from there; what it makes of
them is the one copy in memory.
"""

from __future__ import annotations

import json
import mmap
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.bert import bert, map_file, tensors_in
from factcheck.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.inference import Progress, Rows
    from factcheck.records import Precision, Weights

REVISION = 2
"""Of this road: another gives other last bits, which caches and indexes tell apart."""

# Finer steps pad less and make more shapes, each of which costs time and memory.
_STEP = 4
_TOKENIZED_AT_ONCE = 1024
# More tokens at once take more memory and no less time.
_TOKENS_AT_ONCE = 1024


class CompiledModel:
    """A packaged model: an encoder, or the cross-encoder made of it.

    Args:
        weights: A verified model; one with a `delta` gives logits, others unit vectors.
        precision: What products are computed in; sums and what goes in and out stay float32.

    Raises:
        ModelError: It will not load.
    """

    def __init__(self, weights: Weights, precision: Precision = "f32") -> None:
        """Read, compile; takes about a second."""
        # Importing OpenVINO imports what can report its use; what is not there cannot.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        try:
            self._load(weights, precision)
        except Exception as error:
            first = str(error).strip().splitlines()[:1] or [type(error).__name__]
            place = f"{weights.name!r} will not load from {weights.folder}"
            raise ModelError(f"model {place}: {first[0]}") from error

    def _load(self, weights: Weights, precision: Precision) -> None:
        import openvino  # noqa: PLC0415 - heavy, and a warm cache needs none
        from tokenizers import Tokenizer  # noqa: PLC0415 - likewise

        config = json.loads((weights.folder / "config.json").read_text("utf-8"))
        limits = json.loads((weights.folder / "sentence_bert_config.json").read_text("utf-8"))
        self._mapped = [map_file(weights.folder / "model.safetensors")]
        tensors = tensors_in(self._mapped[0])
        if weights.delta:
            self._mapped.append(map_file(weights.delta))
            changed = tensors_in(self._mapped[-1])
            tensors |= {name.removeprefix("bert."): value for name, value in changed.items()}
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._positions = tensors["embeddings.position_embeddings.weight"]
        self._kinds = tensors["embeddings.token_type_embeddings.weight"]
        self._tokenizer: Any = Tokenizer.from_file(str(weights.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        pairs = weights.delta is not None
        most = config["max_position_embeddings"] if pairs else limits["max_seq_length"]
        self._tokenizer.enable_truncation(most)
        self._run: Any = openvino.Core().compile_model(
            bert(tensors, config, "logits" if pairs else "embedding"),
            "CPU",
            {"INFERENCE_PRECISION_HINT": precision},
        )
        self._let_pages_go()
        self.labels = dict(enumerate(weights.labels))
        self.width = len(weights.labels) if pairs else int(config["hidden_size"])

    def __call__(self, rows: Sequence[Any], size: int, progress: Progress) -> Rows:
        """What the model gives for rows.

        Args:
            rows: n texts, or n pairs of texts.
            size: At most so many rows at once.
            progress: Told after each batch how far it is, in rows of mean length: short ones
                go first, and a count of them would promise too much.

        Returns:
            Float32, shape (n, `width`), in the order of the rows.
        """
        tokens = self._tokens(rows)
        by_length: dict[int, list[int]] = {}
        for index, (ids, _) in enumerate(tokens):
            by_length.setdefault(-(-len(ids) // _STEP) * _STEP, []).append(index)
        given = np.empty((len(rows), self.width), np.float32)
        whole = sum(length * len(indices) for length, indices in by_length.items())
        done = 0
        for length, indices in sorted(by_length.items()):
            at_once = min(size, max(1, _TOKENS_AT_ONCE // length))
            for start in range(0, len(indices), at_once):
                batch = indices[start : start + at_once]
                given[batch] = self._batch([tokens[index] for index in batch], length)
                done += length * len(batch)
                progress(len(rows) * done // whole, len(rows))
            self._let_pages_go()
        return given

    def _let_pages_go(self) -> None:
        """Let go of what was read of the weights' files, to be read again where it is needed.

        OpenVINO looks at them when it compiles, and when rows of a new length come.
        """
        if hasattr(mmap, "MADV_DONTNEED"):
            for mapped in self._mapped:
                mapped.madvise(mmap.MADV_DONTNEED)

    def _tokens(self, rows: Sequence[Any]) -> list[tuple[NDArray[np.int32], int]]:
        """Each row's tokens, and how many of them are of its first text."""
        return [
            (np.array(each.ids, np.int32), len(each.ids) - sum(each.type_ids))
            for start in range(0, len(rows), _TOKENIZED_AT_ONCE)
            for each in self._tokenizer.encode_batch_fast(
                list(rows[start : start + _TOKENIZED_AT_ONCE])
            )
        ]

    def _batch(self, tokens: Sequence[tuple[NDArray[np.int32], int]], length: int) -> Rows:
        shape = (len(tokens), length)
        ids, kinds, mask = (
            np.zeros(shape, np.int32),
            np.zeros(shape, np.int32),
            np.zeros(shape, "f4"),
        )
        for row, (own, first) in enumerate(tokens):
            ids[row, : len(own)] = own
            kinds[row, first : len(own)] = 1
            mask[row, : len(own)] = 1
        embedded = self._words[ids]
        embedded += self._positions[:length]
        embedded += self._kinds[kinds]
        result: Rows = self._run([embedded, mask])[0]
        return result
