/** Patches: found between masks, applied, combined, written and read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { patchBetween, patchInBox } from "#editing/tools/between-masks.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { base64ToBytes, bytesToBase64 } from "./base64.ts";
import { applyPatch, combinePatches, countFlips, type MaskPatch, replayEdits } from "./mask-patch.ts";
import { decodePatch, encodePatch } from "./patch-codec.ts";

// 7 columns: slices that do not begin at a multiple of four bytes.
const grid = createGrid([7, 6, 5], [1, 1, 3], patientPoint(0, 0, 0));
const voxels = 7 * 6 * 5;

const anyData = fc
  .tuple(
    fc.constantFrom(0, 0.02, 0.3, 1),
    fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: voxels, maxLength: voxels }),
  )
  .map(([density, values]) => Uint8Array.from(values, (value) => (value < density ? 1 : 0)));

const mask = (data: Uint8Array): Mask => ({ grid, data: data.slice() });
const runs = { numRuns: 300, seed: 4 };

test("the patch between two masks leads from one to the other, and back when applied again", () => {
  fc.assert(
    fc.property(anyData, anyData, (before, after) => {
      const edited = mask(before);
      const patch = patchBetween(before, after, grid);
      applyPatch(edited, patch);
      expect(edited.data).toEqual(after);
      applyPatch(edited, patch);
      expect(edited.data).toEqual(before);
      expect(countFlips(patch)).toBe(before.filter((value, at) => value !== after[at]).length);
    }),
    runs,
  );
});

test("boxes are tight, slices ascend, and equal masks need no patch", () => {
  const after = new Uint8Array(voxels);
  for (const [i, j, k] of [
    [2, 1, 1],
    [4, 3, 1],
    [6, 5, 4],
  ]) {
    after[i + 7 * (j + 6 * k)] = 1;
  }
  expect(patchBetween(new Uint8Array(voxels), after, grid)).toEqual([
    { k: 1, i0: 2, j0: 1, width: 3, height: 3, flips: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1) },
    { k: 4, i0: 6, j0: 5, width: 1, height: 1, flips: Uint8Array.of(1) },
  ]);
  expect(patchBetween(after, after.slice(), grid)).toEqual([]);
});

test("a single voxel anywhere is found, also where slices are compared four bytes at a time", () => {
  const even = createGrid([8, 4, 3], [1, 1, 3], patientPoint(0, 0, 0));
  for (let at = 0; at < 96; at++) {
    const patch = patchBetween(new Uint8Array(96), new Uint8Array(96).with(at, 1), even);
    const flips = Uint8Array.of(1);
    const [i0, j0, k] = [at % 8, Math.floor(at / 8) % 4, Math.floor(at / 32)];
    expect(patch).toEqual([{ k, i0, j0, width: 1, height: 1, flips }]);
    // Views that begin at no multiple of four.
    const [before, after] = [new Uint8Array(97).subarray(1), new Uint8Array(98).subarray(2)];
    after[at] = 1;
    expect(patchBetween(before, after, even)).toEqual(patch);
  }
});

test("a patch in a box is the patch between the whole masks", () => {
  fc.assert(
    fc.property(anyData, anyData, (before, other) => {
      const box = { from: [1, 2, 0], to: [6, 5, 4] } as const;
      const after = before.slice();
      const part: number[] = [];
      for (let k = 0; k < 4; k++)
        for (let j = 2; j < 5; j++)
          for (let i = 1; i < 6; i++) {
            const at = i + 7 * (j + 6 * k);
            after[at] = other[at];
            part.push(other[at]);
          }
      expect(patchInBox(mask(before), box, Uint8Array.from(part))).toEqual(patchBetween(before, after, grid));
    }),
    runs,
  );
});

test("a combined patch does what both do, in either order", () => {
  fc.assert(
    fc.property(anyData, anyData, anyData, (first, second, third) => {
      const a = patchBetween(first, second, grid);
      const b = patchBetween(second, third, grid);
      expect(combinePatches(a, b)).toEqual(patchBetween(first, third, grid));
      expect(combinePatches(b, a)).toEqual(combinePatches(a, b));
      expect(combinePatches(a, a)).toEqual([]);
    }),
    runs,
  );
});

test("a replay begins with the given mask, or with none, and changes no argument", () => {
  fc.assert(
    fc.property(anyData, anyData, (first, second) => {
      const copy = first.slice();
      const patch = patchBetween(first, second, grid);
      expect(replayEdits(first, grid, [patch])).toEqual(second);
      expect(replayEdits(null, grid, [patchBetween(emptyMask(grid).data, second, grid)])).toEqual(second);
      expect(replayEdits(first, grid, [patch, patch])).toEqual(copy);
      expect(first).toEqual(copy);
    }),
    runs,
  );
});

test("a patch that leaves the grid is a programming fault", () => {
  const patch: MaskPatch = [{ k: 5, i0: 0, j0: 0, width: 1, height: 1, flips: Uint8Array.of(1) }];
  expect(() => applyPatch(emptyMask(grid), patch)).toThrow("leaves");
});

test("a patch is the same after it was written and read, as bytes and as base64", () => {
  fc.assert(
    fc.property(anyData, anyData, (before, after) => {
      const patch = patchBetween(before, after, grid);
      const bytes = encodePatch(patch);
      expect(decodePatch(bytes, grid)).toEqual(patch);
      expect(decodePatch(base64ToBytes(bytesToBase64(bytes)), grid)).toEqual(patch);
    }),
    runs,
  );
});

const refuses = (bytes: Uint8Array): void => {
  try {
    decodePatch(bytes, grid);
  } catch (error) {
    expect(error).toBeInstanceOf(DelineateError);
    expect((error as DelineateError).code).toBe("invalid-value");
    return;
  }
  expect.unreachable("damage was read as a patch");
};

test("any damaged byte, cut or extension of a written patch is refused", () => {
  const after = new Uint8Array(voxels).fill(1, 40, 97);
  const bytes = encodePatch(patchBetween(new Uint8Array(voxels), after, grid));
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [1, 64, 128, 255]) refuses(bytes.with(at, bytes[at] ^ flip));
    refuses(bytes.subarray(0, at));
  }
  refuses(Uint8Array.of(...bytes, 0));
});

test("random bytes are refused, also under a right checksum", () => {
  // encodePatch of a patch with any numbers gives well-sealed nonsense.
  fc.assert(
    fc.property(
      fc.record({
        k: fc.nat(9),
        i0: fc.nat(9),
        j0: fc.nat(9),
        width: fc.nat(4),
        height: fc.nat(4),
        from: fc.nat(3),
      }),
      ({ from, ...box }) => {
        const flips = new Uint8Array(box.width * box.height).fill(1, from);
        const bytes = encodePatch([{ ...box, flips }]);
        const fits = box.k < 5 && box.i0 + box.width <= 7 && box.j0 + box.height <= 6;
        const tight = flips.length > 0 && from === 0;
        if (fits && tight) expect(decodePatch(bytes, grid)).toEqual([{ ...box, flips }]);
        else if (!fits || flips.length === 0) refuses(bytes);
      },
    ),
    { numRuns: 2000, seed: 5 },
  );
});

test("a patch of another CT's grid is refused", () => {
  const wide = createGrid([30, 30, 30], [1, 1, 1], patientPoint(0, 0, 0));
  refuses(encodePatch([{ k: 12, i0: 1, j0: 1, width: 1, height: 1, flips: Uint8Array.of(1) }]));
  const patch: MaskPatch = [{ k: 12, i0: 1, j0: 1, width: 1, height: 1, flips: Uint8Array.of(1) }];
  expect(decodePatch(encodePatch(patch), wide)).toEqual(patch);
});

test("base64 is that of Node, and decoding refuses what it would not write", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const text = bytesToBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64"));
      expect(base64ToBytes(text)).toEqual(bytes);
    }),
    runs,
  );
  for (const text of ["A", "AA=A", "====", "A===", "AB==", "AAB=", "AA==AAAA", "AA\n="]) {
    expect(() => base64ToBytes(text), text).toThrow("base64");
  }
});

test("a brush's patch of a whole CT takes few bytes", () => {
  const ct = createGrid([512, 512, 40], [1, 1, 3], patientPoint(0, 0, 0));
  const [before, after] = [emptyMask(ct).data, emptyMask(ct).data];
  for (let y = -20; y <= 20; y++) {
    const half = Math.floor(Math.sqrt(400 - y * y));
    after.fill(1, 256 - half + 512 * (256 + y + 512 * 20), 257 + half + 512 * (256 + y + 512 * 20));
  }
  expect(encodePatch(patchBetween(before, after, ct)).length).toBeLessThan(110);
});
