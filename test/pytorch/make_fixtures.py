"""Writes the fixtures of test/pytorch/pytorch-agreement.test.ts. Run: python3 test/pytorch/make_fixtures.py

Needs PyTorch (Debian: python3-torch). The fixtures are committed; the tests need no PyTorch.
"""
import base64
import json
import os

import torch

from networks import NETWORKS, Net, adam, formula, weighted_cross_entropy

SIZE, WIDTH, BATCH = 128, 8, 4
# The paper's learning rate. Adam turns rounding of near-zero gradients into whole steps: at 1e-3 PyTorch in single
# precision is as far from PyTorch in double precision after 20 steps as the engine is.
LEARNING_RATE, L2 = 1e-4, 1e-4
# The variants share all but their gates and first layer with the plain networks: the first steps suffice. From the fourth on
# PyTorch in single precision is itself up to 3e-3 from this curve.
STEPS, VARIANT_STEPS = 20, 3
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
torch.set_num_threads(1)


def images(batch, channels):
    count = batch * channels * SIZE * SIZE
    return (formula("image", count) * 3).float().reshape(batch, channels, SIZE, SIZE)


def targets(batch):
    """A disc in each image, at another place in each."""
    rows = torch.arange(SIZE).reshape(-1, 1)
    columns = torch.arange(SIZE).reshape(1, -1)
    discs = [((rows - 40 - 12 * b) ** 2 + (columns - 80 + 10 * b) ** 2 < 400).float() for b in range(batch)]
    return torch.stack(discs).unsqueeze(1)


def prediction(name, channels, attention):
    with torch.no_grad():
        logits = NETWORKS[name](Net(training=False), images(1, channels), WIDTH, attention)
        probability = torch.sigmoid(logits)
    return base64.b64encode(probability.numpy().astype("<f4").tobytes()).decode("ascii")


def loss_curve(name, channels, attention, steps):
    """In double precision: the curve itself, not one rounding of it."""
    net = Net(training=True)
    image = images(BATCH, channels) + 2 * targets(BATCH)
    NETWORKS[name](net, image, WIDTH, attention)
    net.parameters = {n: p.detach().double().requires_grad_(True) for n, p in net.parameters.items()}
    net.running = {n: (mean.double(), variance.double()) for n, (mean, variance) in net.running.items()}
    image, target = image.double(), targets(BATCH).double()
    optimiser = adam(net, LEARNING_RATE, L2)
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = weighted_cross_entropy(NETWORKS[name](net, image, WIDTH, attention), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


# Each network as in the paper, and with three slices (2.5D) and attention gates.
for network, channels, attention in [(n, c, a) for n in NETWORKS for c, a in ((1, False), (3, True))]:
    fixture = {
        "network": network,
        "channels": channels,
        "attention": attention,
        "size": SIZE,
        "width": WIDTH,
        "batch": BATCH,
        "learningRate": LEARNING_RATE,
        "l2": L2,
        "probability": prediction(network, channels, attention),
        "losses": loss_curve(network, channels, attention, VARIANT_STEPS if attention else STEPS),
    }
    name = network + ("-attention" if attention else "")
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump(fixture, file)
        file.write("\n")
    print(name, fixture["losses"][0], fixture["losses"][-1])
