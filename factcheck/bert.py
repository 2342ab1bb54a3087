"""BERT as a graph of OpenVINO's operations, made from the tensors of a safetensors file.

The graph is that of Devlin et al. 2019 (https://arxiv.org/abs/1810.04805), as transformers'
`BertModel` runs it, without the sum of embeddings that stands before it: the table of words
is half of the weights, and a row of it is better looked up where it lies on disk.
"""

from __future__ import annotations

import json
from mmap import ACCESS_COPY, mmap
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Tensors = Mapping[str, NDArray[Any]]

Output = Literal["embedding", "logits"]
"""A unit vector, the mean over the tokens; or the output of a head over the first token."""

_MASKED = np.float32(-1e30)
_DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
}


def map_file(path: Path) -> mmap:
    """A file's bytes, read when they are looked at; what is written to them stays in memory.

    OpenVINO shares no array that cannot be written to, though it writes to none.

    Raises:
        ValueError: The file is empty.
    """
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_COPY)


def tensors_in(mapped: mmap) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file that is mapped, as views of it: nothing is read yet.

    https://huggingface.co/docs/safetensors/index#format

    Raises:
        ValueError: The file is no such file.
    """
    data = np.frombuffer(mapped, np.uint8)
    begin = 8 + int(data[:8].view("<u8")[0])
    header = json.loads(data[8:begin].tobytes())
    tensors = {}
    for name, told in header.items():
        if name != "__metadata__":
            start, end = told["data_offsets"]
            values = data[begin + start : begin + end].view(_DTYPES[told["dtype"]])
            tensors[name] = values.reshape(told["shape"])
    return tensors


def bert(tensors: Tensors, config: Mapping[str, Any], output: Output) -> Any:
    """The model, from embedded tokens to its output.

    Args:
        tensors: By the names of transformers' `BertModel`, without a prefix.
        config: What `config.json` says of sizes.
        output: What is wanted of it; `logits` needs the tensors `pooler` and `classifier`, and
            of the last layer only the first token is computed, which is a seventh less work.

    Returns:
        An `openvino.Model` of two inputs: the sums of embeddings, float32 of shape
        (rows, tokens, hidden), and the mask, float32 of shape (rows, tokens), 1 where a token
        is and 0 where one is missing. Its output is float32 of shape (rows, d).
    """
    return _Graph(tensors, config).model(output)


class _Graph:
    """The parts of the graph, each made of those before."""

    def __init__(self, tensors: Tensors, config: Mapping[str, Any]) -> None:
        import openvino  # noqa: PLC0415 - heavy, and a warm cache needs none
        from openvino import opset13  # noqa: PLC0415 - likewise

        self._ov = openvino
        self._op: Any = opset13
        self._tensors = tensors
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._hidden = int(config["hidden_size"])
        self._eps = float(config["layer_norm_eps"])

    def model(self, output: Output) -> Any:
        op = self._op
        embedded = op.parameter([-1, -1, self._hidden], np.float32, "embedded")
        mask = op.parameter([-1, -1], np.float32, "mask")
        barred = op.multiply(op.subtract(op.constant(np.float32(1)), mask), op.constant(_MASKED))
        barred = op.unsqueeze(barred, self._axes(1, 2))
        tokens = self._norm(embedded, "embeddings")
        for number in range(self._layers):
            # The head sees the first token alone: the last layer is asked for no other.
            alone = output == "logits" and number == self._layers - 1
            asking = op.gather(tokens, self._axes(0), self._axes(1)) if alone else tokens
            tokens = self._layer(asking, tokens, barred, f"encoder.layer.{number}")
        result = self._mean(tokens, mask) if output == "embedding" else self._head(tokens)
        return self._ov.Model([result], [embedded, mask], "bert")

    def _layer(self, asking: Any, tokens: Any, barred: Any, name: str) -> Any:
        """What the tokens that ask become, of what they see in all tokens."""
        op = self._op
        seen_by = {"query": asking, "key": tokens, "value": tokens}
        heads = [self._split(x, f"{name}.attention.self.{part}") for part, x in seen_by.items()]
        seen = op.scaled_dot_product_attention(*heads, barred)
        seen = op.transpose(seen, self._axes(0, 2, 1, 3))
        seen = op.reshape(seen, self._axes(0, 0, self._hidden), special_zero=True)
        seen = self._linear(seen, f"{name}.attention.output.dense")
        asking = self._norm(op.add(asking, seen), f"{name}.attention.output")
        wide = op.gelu(self._linear(asking, f"{name}.intermediate.dense"), "erf")
        told = self._linear(wide, f"{name}.output.dense")
        return self._norm(op.add(asking, told), f"{name}.output")

    def _split(self, tokens: Any, name: str) -> Any:
        """Through a linear layer, a head an axis: (rows, heads, tokens, hidden / heads)."""
        shape = self._axes(0, 0, self._heads, self._hidden // self._heads)
        split = self._op.reshape(self._linear(tokens, name), shape, special_zero=True)
        return self._op.transpose(split, self._axes(0, 2, 1, 3))

    def _mean(self, tokens: Any, mask: Any) -> Any:
        op = self._op
        weights = op.unsqueeze(mask, self._axes(2))
        total = op.reduce_sum(op.multiply(tokens, weights), self._axes(1))
        mean = op.divide(total, op.reduce_sum(weights, self._axes(1)))
        return op.normalize_l2(mean, self._axes(-1), 1e-12, "max")

    def _head(self, tokens: Any) -> Any:
        op = self._op
        first = op.squeeze(tokens, self._axes(1))
        return self._linear(op.tanh(self._linear(first, "pooler.dense")), "classifier")

    def _linear(self, x: Any, name: str) -> Any:
        op = self._op
        product = op.matmul(
            x, self._constant(f"{name}.weight"), transpose_a=False, transpose_b=True
        )
        return op.add(product, self._constant(f"{name}.bias"))

    def _norm(self, x: Any, name: str) -> Any:
        op = self._op
        even = op.mvn(
            x, self._axes(-1), normalize_variance=True, eps=self._eps, eps_mode="inside_sqrt"
        )
        scaled = op.multiply(even, self._constant(f"{name}.LayerNorm.weight"))
        return op.add(scaled, self._constant(f"{name}.LayerNorm.bias"))

    def _constant(self, name: str) -> Any:
        # Shared, not copied: OpenVINO makes its own copy in another order, and keeps both.
        values = np.asarray(self._tensors[name], np.float32)
        return self._op.constant(values, shared_memory=True)

    def _axes(self, *values: int) -> Any:
        return self._op.constant(np.array(values, np.int64))
