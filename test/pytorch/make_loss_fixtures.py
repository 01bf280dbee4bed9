"""Writes the fixture of src/training/losses/losses.test.ts: losses and gradients by PyTorch's autograd in double precision.

Run: python3 test/pytorch/make_loss_fixtures.py (Debian: python3-torch). The formulas are written from the papers, with
PyTorch's own functions where it has them; the logits come from the formula of formula-weights.ts.
"""
import json
import os

import torch
import torch.nn.functional as F

from networks import formula, weighted_cross_entropy

SHAPE = (2, 1, 5, 6)
COUNT = 60


def dice(z, y, squared):
    p = torch.sigmoid(z)
    below = (p * p).sum() + (y * y).sum() if squared else p.sum() + y.sum()
    return 1 - (2 * (p * y).sum() + 1) / (below + 1)


def focal(z, y, gamma, alpha):
    entropy = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    right = torch.exp(-entropy)
    return (torch.where(y == 1, alpha, 1 - alpha) * (1 - right) ** gamma * entropy).mean()


def tversky(z, y, alpha, beta):
    p = torch.sigmoid(z)
    both = (p * y).sum() + 1
    return 1 - both / (both + alpha * (p * (1 - y)).sum() + beta * ((1 - p) * y).sum())


LOSSES = {
    "weighted-cross-entropy": weighted_cross_entropy,
    "cross-entropy": F.binary_cross_entropy_with_logits,
    "dice": lambda z, y: dice(z, y, True),
    "dice, plain denominator": lambda z, y: dice(z, y, False),
    "dice-cross-entropy": lambda z, y: dice(z, y, True) + F.binary_cross_entropy_with_logits(z, y),
    "focal": lambda z, y: focal(z, y, 2, 0.25),
    "focal, gamma 0.5 and alpha 0.8": lambda z, y: focal(z, y, 0.5, 0.8),
    "tversky": lambda z, y: tversky(z, y, 0.3, 0.7),
    "focal-tversky": lambda z, y: tversky(z, y, 0.3, 0.7) ** 0.75,
}
logits = 8 * formula("logits", COUNT).reshape(SHAPE)
disc = (formula("target", COUNT) > 0.2).double().reshape(SHAPE)
fixture = []
for case, target in (("some target", disc), ("no target", torch.zeros(SHAPE).double())):
    for name, function in LOSSES.items():
        z = logits.clone().requires_grad_(True)
        loss = function(z, target)
        loss.backward()
        fixture.append({"loss": name, "case": case, "value": loss.item(), "gradient": z.grad.flatten().tolist()})
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "losses.json")
with open(path, "w") as file:
    json.dump({"shape": SHAPE, "target": disc.int().flatten().tolist(), "losses": fixture}, file)
    file.write("\n")
