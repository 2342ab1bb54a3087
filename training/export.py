"""A checkpoint to what ships: the trained tensors in half precision, and a temperature.

    python training/export.py --run RUN --data ../shared/data/train --out FILE --full FOLDER

The temperature divides the logits; it is fitted on the dev split of the authored
matrices, every label weighing the same. `--full` names a folder for the whole model,
which any tool for sentence classification reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mix import LABELS, matrices
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize_scalar
from train import make_model
from transformers import AutoTokenizer

from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, resolve


def dev_cells(data: Path) -> list[tuple[str, str, int]]:
    """Statement, claim and label of every cell of the dev matrices."""
    return [
        (pair.statement, pair.claim, LABELS.index(pair.label))
        for matrix in matrices(data, "dev")
        for _, pair in matrix.pairs()
    ]


def fit_temperature(folder: Path, cells: list[tuple[str, str, int]]) -> float:
    """The temperature with the least loss, every label weighing the same."""
    model = CrossEncoderStance(resolve(str(folder)), batch_size=64)
    probabilities = model.judge([(statement, claim) for statement, claim, _ in cells])
    gold = np.array([label for _, _, label in cells])
    logs = np.log(np.clip(probabilities.astype(np.float64), 1e-9, 1))
    weight = (1 / np.bincount(gold, minlength=3))[gold]

    def loss(temperature: float) -> float:
        scaled = logs / temperature
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(weight * scaled[np.arange(len(gold)), gold]).sum())

    return float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x)


def main() -> None:
    """Assemble, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", type=Path, required=True)
    options = parser.parse_args()
    trained = {
        name: tensor.half().contiguous()
        for name, tensor in load_file(options.run / "model.safetensors").items()
    }
    model: Any = make_model()
    model.load_state_dict({name: t.float() for name, t in trained.items()}, strict=False)
    model.config.attn_implementation = "sdpa"
    model.save_pretrained(options.full)
    tokenizer = AutoTokenizer.from_pretrained(str(resolve(DEFAULT_ENCODER).folder))
    tokenizer.save_pretrained(options.full)
    temperature = fit_temperature(options.full, dev_cells(options.data))
    metadata = {"temperature": f"{temperature:.4f}", "labels": " ".join(LABELS)}
    save_file(trained, options.out, metadata=metadata)
    size = options.out.stat().st_size / 2**20
    print(
        f"temperature {temperature:.4f}, {size:.1f} MiB, {sum(map(torch.numel, trained.values()))}"
    )


if __name__ == "__main__":
    main()
