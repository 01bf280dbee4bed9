"""PyTorch's side of bench/engine-vs-pytorch.ts and bench/training-step.ts: times steps on request. Each line read from
standard input is one request ("train" or "predict"); the answer is one line: the seconds that passed and the processor seconds of
all threads. "memory" answers with the process's peak memory in kilobytes.
A training step adds the gradients of `accumulate` batches, as ours does."""
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "pytorch"))

import torch
from networks import NETWORKS, Net, adam, weighted_cross_entropy

network, size, width, batch, accumulate, threads = sys.argv[1], *map(int, sys.argv[2:7])
torch.set_num_threads(threads)
torch.manual_seed(1)
image = torch.randn(accumulate * batch, 1, size, size)
target = (torch.rand(accumulate * batch, 1, size, size) < 0.02).float()
net = Net(training=True)
with torch.no_grad():
    NETWORKS[network](net, image[:1], width)
optimiser = adam(net, 1e-4, 1e-5)


def train():
    optimiser.zero_grad()
    for images, targets in zip(image.split(batch), target.split(batch)):
        (weighted_cross_entropy(NETWORKS[network](net, images, width), targets) / accumulate).backward()
    optimiser.step()


def predict():
    net.training = False
    with torch.no_grad():
        torch.sigmoid(NETWORKS[network](net, image[:1], width))
    net.training = True


for line in sys.stdin:
    request = line.strip()
    if request == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
        continue
    start, used = time.perf_counter(), time.process_time()
    {"train": train, "predict": predict}[request]()
    print(time.perf_counter() - start, time.process_time() - used, flush=True)
