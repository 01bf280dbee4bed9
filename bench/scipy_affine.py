"""SciPy's side of bench/augment.ts: an image (order 1) and its mask (order 0) through the map that comes in, one JSON a line."""
import json
import sys
import time

import numpy as np
from scipy.ndimage import affine_transform

size = int(sys.argv[1])
subject = json.loads(sys.stdin.readline())
image = np.array(subject["image"], dtype=np.float32).reshape(size, size)
mask = np.array(subject["mask"], dtype=np.uint8).reshape(size, size)
print("ready", flush=True)
rng = np.random.default_rng(1)
for line in sys.stdin:
    yy, yx, xy, xx, y0, x0 = json.loads(line)
    matrix, offset = np.array([[yy, yx], [xy, xx]]), [y0, x0]
    before = time.perf_counter()
    warped = affine_transform(image, matrix, offset, order=1, mode="constant", cval=0)
    affine_transform(mask, matrix, offset, order=0, mode="constant", cval=0)
    ms = 1000 * (time.perf_counter() - before)
    places = rng.integers(0, size, (2000, 2))
    source = places @ matrix.T + offset
    inner = places[((source >= 0) & (source <= size - 1)).all(axis=1)]
    samples = [[int(y * size + x), float(warped[y, x])] for y, x in inner]
    print(json.dumps({"ms": ms, "samples": samples}), flush=True)
