"""Writes the fixtures of src/model/run/load-external-model.test.ts. Run: python3 test/external-model/make_model.py

A small model as another program would export it: PyTorch, three slices in, two classes' scores out, names of its own.
Needs PyTorch (Debian: python3-torch). The fixtures are committed; the tests need no PyTorch.
"""
import json
import os

import torch

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
SIZE = 64


class TwoClasses(torch.nn.Module):
    """Tumour where the middle slice's mean over 3 x 3 pixels is above 0.4, sharply; the other slices hardly matter."""

    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Conv2d(3, 2, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(2)
        self.scores = torch.nn.Conv2d(2, 2, 1)
        with torch.no_grad():
            self.mean.weight.zero_()
            self.mean.weight[0, 1] = 1 / 9
            self.mean.weight[1, 0] = 0.001
            self.mean.weight[1, 2] = -0.002
            self.norm.running_mean[0] = 0.4
            self.norm.running_var.fill_(1)
            self.scores.weight.copy_(torch.tensor([[-30.0, 0.5], [30.0, 0.25]]).reshape(2, 2, 1, 1))
            self.scores.bias.copy_(torch.tensor([0.1, 0.1]))

    def forward(self, ct):
        return self.scores(self.norm(self.mean(ct)))


model = TwoClasses().eval()
torch.onnx.export(
    model,
    torch.zeros(1, 3, SIZE, SIZE),
    os.path.join(HERE, "two-classes.onnx"),
    input_names=["ct"],
    output_names=["scores"],
    opset_version=13,
    dynamic_axes={"ct": {0: "n"}, "scores": {0: "n"}},
)
image = (torch.arange(2 * 3 * SIZE * SIZE, dtype=torch.float64) * 0.37).sin().float().reshape(2, 3, SIZE, SIZE)
with torch.no_grad():
    probability = torch.softmax(model(image), dim=1)[:, 1].reshape(-1)[::37]
with open(os.path.join(HERE, "two-classes-output.json"), "w") as file:
    json.dump([round(float(p), 7) for p in probability], file)
