"""A checkpoint to what ships: the trained tensors in half precision, calibrated.

    python training/export.py --run RUN --data ../shared/data/train --full FOLDER [--ship]

A temperature, fitted on the dev split of the authored matrices with every label weighing
the same, is divided into the head. `--full` names a folder for the whole model, which
any tool for sentence classification reads; `--ship` writes the difference from the
packaged encoder to `factcheck/stance/contrast.safetensors`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mix import LABELS, matrices
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize_scalar
from train import make_model
from transformers import AutoTokenizer

from factcheck.running import Execution
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, resolve

SHIPPED = Path(__file__).resolve().parent.parent / "factcheck" / "stance" / "contrast.safetensors"


def dev_cells(data: Path) -> list[tuple[str, str, int]]:
    """Statement, claim and label of every cell of the dev matrices."""
    return [
        (pair.statement, pair.claim, LABELS.index(pair.label))
        for matrix in matrices(data, "dev")
        for _, pair in matrix.pairs()
    ]


def fit_temperature(folder: Path, cells: list[tuple[str, str, int]]) -> float:
    """The temperature with the least loss, every label weighing the same."""
    model = CrossEncoderStance(resolve(str(folder)), Execution(batch_size=64))
    probabilities = model.judge([(statement, claim) for statement, claim, _ in cells])
    gold = np.array([label for _, _, label in cells])
    logs = np.log(np.clip(probabilities.astype(np.float64), 1e-9, 1))
    weight = (1 / np.bincount(gold, minlength=3))[gold]

    def loss(temperature: float) -> float:
        scaled = logs / temperature
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(weight * scaled[np.arange(len(gold)), gold]).sum())

    return float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x)


def save_whole(trained: dict[str, torch.Tensor], folder: Path) -> None:
    """The whole model under the trained tensors, with its tokenizer."""
    model: Any = make_model()
    model.load_state_dict({name: t.float() for name, t in trained.items()}, strict=False)
    model.config.attn_implementation = "sdpa"
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(str(resolve(DEFAULT_ENCODER).folder))
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Assemble, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--full", type=Path, required=True)
    parser.add_argument("--ship", action="store_true")
    options = parser.parse_args()
    tensors = load_file(options.run / "model.safetensors")
    save_whole(tensors, options.full)
    temperature = fit_temperature(options.full, dev_cells(options.data))
    for name in ("classifier.weight", "classifier.bias"):
        tensors[name] = tensors[name] / temperature
    trained = {name: tensor.half().contiguous() for name, tensor in tensors.items()}
    save_whole(trained, options.full)
    print(f"temperature {temperature:.4f}")
    if options.ship:
        save_file(trained, SHIPPED)
        digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
        print(f"{SHIPPED.stat().st_size / 2**20:.1f} MiB, sha256 {digest}")


if __name__ == "__main__":
    main()
