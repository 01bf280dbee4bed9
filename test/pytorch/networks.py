"""The project's networks in PyTorch, layer by layer, with the parameter names of src/networks.

Used by make_fixtures.py (agreement tests) and bench/pytorch_step.py (speed). Weights come from a formula that
formula-weights.ts repeats, so that none need to be stored.
"""
import math

import torch
import torch.nn.functional as F


def formula(name, count):
    """Values in [-0.5, 0.5) that look random and depend on the name and the index alone."""
    seed = sum(name.encode("ascii")) % 97
    index = torch.arange(count, dtype=torch.float64)
    value = torch.sin(index * 12.9898 + seed * 78.233) * 43758.5453
    return value - torch.floor(value) - 0.5


class Net:
    """Parameters and running statistics by name, created at first use."""

    def __init__(self, training):
        self.training = training
        self.parameters = {}
        self.running = {}
        self.decays = set()

    def parameter(self, name, make):
        if name not in self.parameters:
            self.parameters[name] = make().float().requires_grad_(self.training)
        return self.parameters[name]

    def conv(self, x, name, channels, kernel, stride=1, bias=False):
        shape = (channels, x.shape[1], kernel, kernel)
        fan_in = x.shape[1] * kernel * kernel
        weight = self.parameter(
            name + ".weight",
            lambda: (formula(name + ".weight", channels * fan_in) * math.sqrt(24 / fan_in)).reshape(shape),
        )
        self.decays.add(name + ".weight")
        shift = self.parameter(name + ".bias", lambda: formula(name + ".bias", channels) * 0.2) if bias else None
        return F.conv2d(x, weight, shift, stride=stride, padding=(kernel - 1) // 2)

    def norm(self, x, name):
        channels = x.shape[1]
        scale = self.parameter(name + ".scale", lambda: 1 + 0.4 * formula(name + ".scale", channels))
        shift = self.parameter(name + ".shift", lambda: 0.4 * formula(name + ".shift", channels))
        if name not in self.running:
            self.running[name] = (
                (0.4 * formula(name + ".running-mean", channels)).float(),
                (1 + formula(name + ".running-variance", channels)).float(),
            )
        mean, variance = self.running[name]
        return F.batch_norm(x, mean, variance, scale, shift, training=self.training, momentum=0.1, eps=1e-5)

    def block(self, x, name, channels, kernel=3, stride=1):
        return F.relu(self.norm(self.conv(x, name, channels, kernel, stride), name + ".norm"))

    def up(self, x):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)

    def enlarge(self, x, name, channels, times):
        for step in range(1, times + 1):
            x = self.block(self.up(x), f"{name}.{step}", channels)
        return x

    def stage(self, x, name, blocks, channels, stride):
        for index in range(1, blocks + 1):
            step = stride if index == 1 else 1
            part = f"{name}.{index}"
            y = self.block(x, part + ".a", channels, stride=step)
            y = self.norm(self.conv(y, part + ".b", channels, 3), part + ".b.norm")
            if step != 1 or x.shape[1] != channels:
                x = self.norm(self.conv(x, part + ".shortcut", channels, 1, step), part + ".shortcut.norm")
            x = F.relu(y + x)
        return x


def gate(net, x, signal, name):
    """Attention U-Net's additive gate (Oktay 2018) at x's own scale."""
    channels = x.shape[1] // 2

    def part(value, which, outputs):
        return net.norm(net.conv(value, f"{name}.{which}", outputs, 1), f"{name}.{which}.norm")

    joined = F.relu(part(x, "x", channels) + part(signal, "signal", channels))
    return x * torch.sigmoid(part(joined, "map", 1))


def modified_resnet34(net, image, width, attention=False):
    stage1 = net.block(image, "stage1", width, kernel=7, stride=2)
    stage2 = net.stage(F.max_pool2d(stage1, 3, 2, 1), "stage2", 3, width, 1)
    stage3 = net.stage(stage2, "stage3", 4, 2 * width, 2)
    stage4 = net.stage(stage3, "stage4", 6, 4 * width, 2)
    stage5 = net.stage(stage4, "stage5", 3, 8 * width, 2)
    quarter = [net.enlarge(s, f"up{i + 3}", 2 * width, i + 1) for i, s in enumerate((stage3, stage4, stage5))]
    if attention:
        quarter = [gate(net, q, quarter[2], f"up{i + 3}.gate") for i, q in enumerate(quarter[:2])] + quarter[2:]
    reduced = net.block(net.block(torch.cat(quarter, 1), "fuse1", 2 * width), "fuse2", width)
    summed = reduced + (gate(net, stage2, reduced, "stage2.gate") if attention else stage2)
    full = net.enlarge(net.enlarge(summed, "half", width // 2, 1), "full", width // 4, 1)
    return net.conv(full, "logits", 1, 1, bias=True)


def u_net(net, image, width, attention=False):
    def twice(x, name, channels):
        return net.block(net.block(x, name + ".a", channels), name + ".b", channels)

    skips = []
    x = image
    for level in range(4):
        x = twice(x, f"down{level + 1}", width << level)
        skips.append(x)
        x = F.max_pool2d(x, 2, 2)
    x = twice(x, "bottom", 16 * width)
    for level in (4, 3, 2, 1):
        skip = skips[level - 1]
        joined = net.block(net.up(x), f"up{level}.join", skip.shape[1])
        seen = gate(net, skip, joined, f"up{level}.gate") if attention else skip
        x = twice(torch.cat([seen, joined], 1), f"up{level}", skip.shape[1])
    return net.conv(x, "logits", 1, 1, bias=True)


NETWORKS = {"modified-resnet34": modified_resnet34, "u-net": u_net}


def weighted_cross_entropy(logits, target):
    """Eq. 1 of the paper from logits, the weight held constant in the gradient and at most 1000."""
    count = logits.numel()
    foreground = torch.sigmoid(logits).sum().detach()
    weight = torch.clamp((count - foreground) / torch.clamp(foreground, min=1), max=1000)
    return (weight * target * F.softplus(-logits) + (1 - target) * F.softplus(logits)).sum() / count


def adam(net, learning_rate, l2):
    decayed = [p for n, p in net.parameters.items() if n in net.decays]
    others = [p for n, p in net.parameters.items() if n not in net.decays]
    groups = [{"params": decayed, "weight_decay": l2}, {"params": others, "weight_decay": 0}]
    return torch.optim.Adam(groups, lr=learning_rate, betas=(0.9, 0.999), eps=1e-8)
