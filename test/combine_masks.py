"""The combinations of two masks by numpy, distances by brute force over every pair of voxels.

Reads masks of zeros and ones (i fastest); writes one file per operation. All numbers are exact in binary.
"""
import sys
import numpy as np

folder, ni, nj, nk, si, sj, sk, crop_mm, from_mm, to_mm = sys.argv[1:]
shape = (int(nk), int(nj), int(ni))
spacing = np.array([float(sk), float(sj), float(si)])
a, b = (np.fromfile(f"{folder}/{name}.bin", np.uint8).reshape(shape).astype(bool) for name in ("a", "b"))

everywhere = np.argwhere(np.ones(shape, bool)) * spacing
inside = np.argwhere(b) * spacing
away2 = (((everywhere[:, None, :] - inside[None, :, :]) ** 2).sum(axis=2)).min(axis=1).reshape(shape)

results = {
    "union": np.logical_or(a, b),
    "intersection": np.logical_and(a, b),
    "difference": np.logical_and(a, np.logical_not(b)),
    "crop": np.logical_and(a, away2 > float(crop_mm) ** 2),
    "ring": np.logical_and(away2 > float(from_mm) ** 2, away2 <= float(to_mm) ** 2),
}
for name, mask in results.items():
    mask.astype(np.uint8).tofile(f"{folder}/{name}.bin")
