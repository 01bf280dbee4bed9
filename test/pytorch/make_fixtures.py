"""Writes the fixtures of test/pytorch/pytorch-agreement.test.ts. Run: python3 test/pytorch/make_fixtures.py

Needs PyTorch (Debian: python3-torch). The fixtures are committed; the tests need no PyTorch.
"""
import base64
import json
import os

import torch

from networks import NETWORKS, Net, adam, formula, weighted_cross_entropy

SIZE, WIDTH, BATCH, STEPS = 128, 8, 4, 20
# The paper's learning rate. Adam turns rounding of near-zero gradients into whole steps: at 1e-3 PyTorch in single
# precision is as far from PyTorch in double precision after 20 steps as the engine is.
LEARNING_RATE, L2 = 1e-4, 1e-4
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
torch.set_num_threads(1)


def images(batch):
    return (formula("image", batch * SIZE * SIZE) * 3).float().reshape(batch, 1, SIZE, SIZE)


def targets(batch):
    """A disc in each image, at another place in each."""
    rows = torch.arange(SIZE).reshape(-1, 1)
    columns = torch.arange(SIZE).reshape(1, -1)
    discs = [((rows - 40 - 12 * b) ** 2 + (columns - 80 + 10 * b) ** 2 < 400).float() for b in range(batch)]
    return torch.stack(discs).unsqueeze(1)


def prediction(name):
    with torch.no_grad():
        probability = torch.sigmoid(NETWORKS[name](Net(training=False), images(1), WIDTH))
    return base64.b64encode(probability.numpy().astype("<f4").tobytes()).decode("ascii")


def loss_curve(name):
    """In double precision: the curve itself, not one rounding of it."""
    net = Net(training=True)
    image = images(BATCH) + 2 * targets(BATCH)
    NETWORKS[name](net, image, WIDTH)
    net.parameters = {n: p.detach().double().requires_grad_(True) for n, p in net.parameters.items()}
    net.running = {n: (mean.double(), variance.double()) for n, (mean, variance) in net.running.items()}
    image, target = image.double(), targets(BATCH).double()
    optimiser = adam(net, LEARNING_RATE, L2)
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = weighted_cross_entropy(NETWORKS[name](net, image, WIDTH), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


for network in NETWORKS:
    fixture = {
        "network": network,
        "size": SIZE,
        "width": WIDTH,
        "batch": BATCH,
        "learningRate": LEARNING_RATE,
        "l2": L2,
        "probability": prediction(network),
        "losses": loss_curve(network),
    }
    with open(os.path.join(HERE, network + ".json"), "w") as file:
        json.dump(fixture, file)
        file.write("\n")
    print(network, fixture["losses"][0], fixture["losses"][-1])
