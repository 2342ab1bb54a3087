"""Train the stance model: a cross-encoder on the packaged sentence encoder.

    python training/train.py --stage reading --data ../shared/data/train --out runs/reading

Resumes from the last checkpoint in `--out`; logs to `--out`/log.txt. The word
embeddings stay as they are, so that what is trained can be shipped as a difference.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from mix import LABELS, contrast, reading
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from factcheck.weights import DEFAULT_ENCODER, resolve

MAX_TOKENS = 128
BATCH = 64
POOL = 32  # batches sorted by length together, so that little is padded


def make_model() -> Any:
    """The packaged encoder under a fresh head of three labels."""
    folder = str(resolve(DEFAULT_ENCODER).folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",  # its backward pass is much faster on a CPU
        use_safetensors=True,
        local_files_only=True,
    )
    model.bert.embeddings.requires_grad_(False)
    return model


def batches(tokenizer: Any, pairs: list[Any], seed: int) -> Iterator[dict[str, torch.Tensor]]:
    """Padded batches, in an order that the seed gives."""
    chance = random.Random(seed)
    size = BATCH * POOL
    for start in range(0, len(pairs), size):
        pool = pairs[start : start + size]
        texts = [pair.statement for pair in pool], [pair.claim for pair in pool]
        ids = tokenizer(*texts, truncation=True, max_length=MAX_TOKENS)
        order = sorted(range(len(pool)), key=lambda n: len(ids["input_ids"][n]))
        groups = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
        chance.shuffle(groups)
        for group in groups:
            rows = {name: [values[n] for n in group] for name, values in ids.items()}
            batch = tokenizer.pad(rows, return_tensors="pt", pad_to_multiple_of=16)
            batch["labels"] = torch.tensor([LABELS.index(pool[n].label) for n in group])
            yield dict(batch)


def main() -> None:
    """One stage, with a checkpoint every five minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--stage", choices=["reading", "contrast"], required=True)
    parser.add_argument("--start", type=Path, help="model.safetensors of an earlier stage")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument(
        "--licensed", action="store_true", help="without the sources that state no licence"
    )
    parser.add_argument("--share", type=float, default=1.0, help="of our own data, 0 to 1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    log = (options.out / "log.txt").open("a", encoding="utf-8")

    def say(message: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {message}", file=log, flush=True)

    torch.manual_seed(options.seed)
    folder = str(resolve(DEFAULT_ENCODER).folder)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = make_model()
    trained = [p for p in model.parameters() if p.requires_grad]
    if options.start:
        model.load_state_dict(load_file(options.start), strict=False)
    optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.01, fused=True)
    mix = {"reading": reading, "contrast": contrast}[options.stage]
    pairs = mix(
        options.data,
        options.seed,
        options.epochs,
        licensed=options.licensed,
        share=options.share,
    )
    total = math.ceil(len(pairs) / BATCH) + POOL  # a pool's last batch may be short
    say(f"{options.stage}: {len(pairs)} pairs, {total} steps")
    state_path = options.out / "checkpoint.pt.json"
    step = start_step = 0
    if state_path.exists():
        state = json.loads(state_path.read_text())
        if state["stage"] != options.stage or state["total"] != total:
            raise SystemExit(f"{state_path} is of another stage or mix; name another --out")
        start_step = state["step"]
        model.load_state_dict(load_file(options.out / "model.safetensors"), strict=False)
        moments = load_file(options.out / "optimizer.safetensors")
        restore(optimizer, moments, start_step)
        say(f"resumed at step {start_step}")

    def rate_at(now: int) -> float:
        warm = 0.05 * total
        return min(now / warm, max(0.0, (total - now) / (total - warm)))

    def save() -> None:
        save_file(trained_state(model), options.out / "model.safetensors.new")
        save_file(moments_of(optimizer), options.out / "optimizer.safetensors.new")
        for name in ("model", "optimizer"):
            new = options.out / f"{name}.safetensors.new"
            os.replace(new, options.out / f"{name}.safetensors")
        state_path.write_text(json.dumps({"stage": options.stage, "step": step, "total": total}))

    model.train()
    begun = last_save = last_say = time.monotonic()
    running, seen = 0.0, 0
    for batch in batches(tokenizer, pairs, options.seed):
        step += 1
        if step <= start_step:
            continue
        for group in optimizer.param_groups:
            group["lr"] = options.rate * rate_at(step)
        labels = batch.pop("labels")
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(**batch).logits
        loss = torch.nn.functional.cross_entropy(logits.float(), labels)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        running, seen = running + float(loss.detach()) * len(labels), seen + len(labels)
        now = time.monotonic()
        if now - last_say > 30:
            speed = seen / (now - last_say)
            say(f"step {step}/{total} loss {running / seen:.4f} {speed:.0f}/s")
            running, seen, last_say = 0.0, 0, now
        if now - last_save > 300:
            save()
            last_save = now
    save()
    say(f"done in {(time.monotonic() - begun) / 60:.1f} minutes")


def trained_state(model: Any) -> dict[str, torch.Tensor]:
    """The parameters that differ from the packaged ones."""
    return {
        name: parameter.detach().clone()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def moments_of(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """AdamW's moments, by the number of the parameter."""
    found = {}
    for number, parameter in enumerate(optimizer.param_groups[0]["params"]):
        state = optimizer.state[parameter]
        found[f"{number}.exp_avg"] = state["exp_avg"]
        found[f"{number}.exp_avg_sq"] = state["exp_avg_sq"]
    return found


def restore(optimizer: torch.optim.Optimizer, moments: dict[str, torch.Tensor], step: int) -> None:
    """Put AdamW's moments back."""
    for number, parameter in enumerate(optimizer.param_groups[0]["params"]):
        optimizer.state[parameter] = {
            "step": torch.tensor(float(step)),
            "exp_avg": moments[f"{number}.exp_avg"],
            "exp_avg_sq": moments[f"{number}.exp_avg_sq"],
        }


if __name__ == "__main__":
    main()
