/** CT series that are whole, and each way in which one is not: read from data sets as a scanner would have written them. */
import { describe, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { shortsElement, transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { ctDescription } from "../../../test/ct-description.ts";
import { assembleCt, chooseSeries, groupSeries } from "./assemble-ct.ts";
import { type CtFrame, readCtHeader } from "./ct-frames.ts";
import type { CtVolume } from "./ct-volume.ts";
import { readFrame } from "./read-pixels.ts";
import { writeCtSlices } from "./write-ct.ts";

const grid = createGrid([6, 5, 8], [0.9, 1.1, 5], patientPoint(-20, 30, -400));
const hu = Int16Array.from({ length: voxelCount(grid) }, (_, index) => ((index * 37) % 4000) - 1000);
const description = ctDescription("ct-test");

type Change = (dataSet: Map<string, Element>, k: number) => void;

/** The slices as data sets, changed, written and read again. */
function files(change: Change = () => undefined, on: Grid = grid): Uint8Array[] {
  return [...writeCtSlices(on, hu, description)].map(({ bytes }, k) => {
    const dataSet = new Map(readDicom(bytes, "slice").dataSet);
    change(dataSet, k);
    return writeDicomFile(dataSet, transferSyntaxes.explicitLittleEndian);
  });
}

async function read(slices: readonly Uint8Array[], uidOrNumber?: string): Promise<CtVolume> {
  const opened = new Map(
    slices.map((bytes, index) => [`slice-${index}.dcm`, readDicom(bytes, `slice-${index}.dcm`)]),
  );
  const frames: CtFrame[] = [];
  const skipped = [];
  for (const [name, { dataSet }] of opened) {
    const reading = readCtHeader(dataSet, name);
    if (reading.kind === "ct") frames.push(...reading.frames);
    else skipped.push(reading.finding);
  }
  return assembleCt(
    chooseSeries(groupSeries(frames), uidOrNumber, "the folder"),
    async function* (inOrder, into) {
      for (const [at, { file: name, frame, rescale }] of inOrder.entries()) {
        const file = opened.get(name);
        if (file === undefined) throw new Error("no such file");
        yield readFrame(file, { frame, rescale, into: into[at] }, name);
      }
    },
    skipped,
  );
}

const set = (dataSet: Map<string, Element>, tag: string, vr: string, value: string): void => {
  dataSet.set(tag, textElement(vr, value));
};
const position = (z: number, x = -20): string => decimalStrings([x, 30, z]);

describe("a whole series", () => {
  test("comes back voxel by voxel with its geometry, whatever the order of the files", async () => {
    const ct = await read(createRandom(1).shuffle(files()));
    expect(ct.hu).toEqual(hu);
    expect(ct.grid.size).toEqual(grid.size);
    expect(ct.grid.spacingMm).toEqual(grid.spacingMm);
    expect([...ct.grid.origin]).toEqual([-20, 30, -400]);
    expect(new Set(ct.slices.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(8);
  });

  test("is ordered by position, not by instance number", async () => {
    const ct = await read(files((dataSet, k) => set(dataSet, "00200013", "IS", String(100 - k))));
    expect(ct.hu).toEqual(hu);
  });

  test("says so where values may be no HU: no rescale, a slope of 0, another unit", async () => {
    const huFindings = async (change: Change): Promise<string[]> =>
      (await read(files(change))).findings
        .filter(({ code }) => code === "not-hu")
        .map(({ severity, message }) => `${severity} ${message}`);
    expect(await huFindings(() => undefined)).toEqual([]);
    expect(
      await huFindings((dataSet) => {
        for (const tag of ["00281052", "00281053", "00281054"]) dataSet.delete(tag);
      }),
    ).toEqual([expect.stringMatching(/^warning The CT has no .*0028,1053.* and .*0028,1052/)]);
    expect(await huFindings((dataSet) => dataSet.set("00281053", textElement("DS", "0")))).toHaveLength(1);
    expect(await huFindings((dataSet) => dataSet.set("00281054", textElement("LO", "hu ")))).toEqual([]);
    expect(await huFindings((dataSet) => dataSet.delete("00281054"))).toEqual([]);
    expect(
      await huFindings((dataSet, k) => {
        if (k === 2) dataSet.set("00281054", textElement("LO", "ED"));
      }),
    ).toEqual([expect.stringContaining("1 of 8 slices gives its values in ED")]);
    const [odd] = await huFindings((dataSet) =>
      dataSet.set("00281054", textElement("LO", "Doe^John\u001b[2J")),
    );
    expect(odd).not.toMatch(/john/i);
  });

  test("takes each slice's own rescale", async () => {
    const ct = await read(
      files((dataSet, k) => {
        set(dataSet, "00281052", "DS", String(-10 * k));
        set(dataSet, "00281053", "DS", "2");
      }),
    );
    const area = 30;
    expect(ct.hu[3 * area + 7]).toBe(2 * hu[3 * area + 7] - 30);
  });

  test("sets padding to air and says how many pixels", async () => {
    const ct = await read(
      files((dataSet) =>
        dataSet.set("00280120", { vr: "SS", bytes: new Uint8Array(Int16Array.of(-1000).buffer) }),
      ),
    );
    expect(ct.hu[0]).toBe(-1024);
    expect(ct.findings.map(({ code }) => code)).toContain("padding");
  });

  test.each<
    [string, { stored: number; signed: 0 | 1; vr: string; padding: number; word: number; water: number }]
  >([
    ["signed, beyond 12 bits", { stored: 12, signed: 1, vr: "SS", padding: -32768, word: 0x8000, water: 0 }],
    [
      "unsigned pixels, a signed value",
      { stored: 12, signed: 0, vr: "SS", padding: -2000, word: 0xf830, water: 0x830 },
    ],
    [
      "unsigned, beyond 12 bits",
      { stored: 12, signed: 0, vr: "US", padding: 0xffff, word: 0xffff, water: 0xfff },
    ],
    [
      "signed pixels, an unsigned value",
      { stored: 16, signed: 1, vr: "US", padding: 63536, word: 0xf830, water: 0x830 },
    ],
    ["of unknown VR", { stored: 16, signed: 1, vr: "UN", padding: -2000, word: 0xf830, water: 0x830 }],
  ])(
    "padding %s: those pixels are air, and no others",
    async (_, { stored, signed, vr, padding, word, water }) => {
      const ct = await read(
        files((dataSet) => {
          dataSet.set("00280101", shortsElement([stored]));
          dataSet.set("00280102", shortsElement([stored - 1]));
          dataSet.set("00280103", shortsElement([signed]));
          dataSet.set("00280120", { vr, bytes: shortsElement([padding & 0xffff]).bytes });
          const pixels = Uint16Array.from({ length: 30 }, (_, index) => (index < 2 ? word : water));
          dataSet.set("7FE00010", { vr: "OW", bytes: new Uint8Array(pixels.buffer) });
        }),
      );
      expect([...ct.hu.subarray(0, 3)]).toEqual([-1024, -1024, water]);
      expect(ct.findings.map(({ message }) => message)).toContain("16 padding pixels were set to -1024 HU.");
    },
  );

  test("reads 12 of 16 bits, unsigned, above a low bit", async () => {
    // Stored value 0x0ABC in bits 4 to 15; the low four bits hold an overlay that must not show.
    const ct = await read(
      files((dataSet) => {
        dataSet.set("00280101", shortsElement([12]));
        dataSet.set("00280102", shortsElement([15]));
        dataSet.set("00280103", shortsElement([0]));
        dataSet.set("7FE00010", {
          vr: "OW",
          bytes: new Uint8Array(Uint16Array.from({ length: 30 }, () => 0xabc7).buffer),
        });
      }),
    );
    expect(ct.hu.every((value) => value === 0xabc)).toBe(true);
  });

  test("keeps the identity byte for byte, empty elements and foreign characters included", async () => {
    const name: Element = { vr: "PN", bytes: Uint8Array.of(0xb3, 0xc1, 0x5e, 0xd7, 0x20, 0x20) };
    const ct = await read(files((dataSet) => dataSet.set("00100010", name)));
    expect(ct.identity.get("00100010")?.bytes).toEqual(name.bytes);
    expect(ct.identity.get("00100030")?.bytes.length).toBe(0);
  });

  test("is read from an enhanced multi-frame object, shared and per-frame groups", async () => {
    const frames = [2, 0, 1].map(
      (k): DataSet =>
        new Map([
          ["00209113", sequenceElement([new Map([["00200032", textElement("DS", position(-400 + 5 * k))]])])],
        ]),
    );
    const shared: DataSet = new Map([
      ["00209116", sequenceElement([new Map([["00200037", textElement("DS", "1\\0\\0\\0\\1\\0")]])])],
      ["00289110", sequenceElement([new Map([["00280030", textElement("DS", "1.1\\0.9")]])])],
      [
        "00289145",
        sequenceElement([
          new Map([
            ["00281052", textElement("DS", "-5")],
            ["00281053", textElement("DS", "1")],
          ]),
        ]),
      ],
    ]);
    const [first] = files((dataSet) => {
      for (const tag of ["00200032", "00200037", "00280030", "00281052", "00281053"]) dataSet.delete(tag);
      set(dataSet, "00080016", "UI", "1.2.840.10008.5.1.4.1.1.2.1");
      set(dataSet, "00280008", "IS", "3");
      dataSet.set("52009229", sequenceElement([shared]));
      dataSet.set("52009230", sequenceElement(frames));
      dataSet.set("7FE00010", {
        vr: "OW",
        bytes: new Uint8Array(
          Int16Array.from({ length: 90 }, (_, index) => Math.floor(index / 30) * 100).buffer,
        ),
      });
    });
    const ct = await read([first]);
    expect([...ct.grid.size]).toEqual([6, 5, 3]);
    expect([ct.hu[0], ct.hu[30], ct.hu[60]]).toEqual([95, 195, -5]);
    expect(ct.slices.map(({ frameNumber }) => frameNumber)).toEqual([2, 3, 1]);
    // Of frames that are not described, or stand in an object of one frame, none is left out in silence.
    for (const [tag, value] of [
      ["00280008", "4"],
      ["00280008", "2"],
      ["00080016", "1.2.840.10008.5.1.4.1.1.2"],
    ]) {
      const changed = new Map(readDicom(first, "enhanced").dataSet);
      set(changed, tag, tag === "00280008" ? "IS" : "UI", value);
      const reading = readCtHeader(changed, "enhanced.dcm");
      expect(reading).toMatchObject({
        kind: "skipped",
        finding: {
          severity: "warning",
          code: "incomplete-header",
          message: expect.stringContaining("frames"),
        },
      });
    }
  });
});

describe("what is no planning CT", () => {
  test("scouts and secondary captures beside the series are skipped, and said", async () => {
    const all = files();
    const [scout, capture] = files((dataSet, k) => {
      set(dataSet, "00080018", "UI", `1.2.3.${k}`);
      if (k === 0) set(dataSet, "00080008", "CS", "ORIGINAL\\PRIMARY\\LOCALIZER");
      else set(dataSet, "00080016", "UI", "1.2.840.10008.5.1.4.1.1.7");
    });
    const ct = await read([...all, scout, capture]);
    expect(ct.hu).toEqual(hu);
    expect(ct.findings.map(({ code }) => code)).toEqual(["scout", "no-ct-image"]);
  });

  test.each<[string, string, Change]>([
    [
      "a missing slice, between which",
      "1 slice is missing between -390.00 mm and -380.00 mm",
      (dataSet, k) => set(dataSet, "00200032", "DS", position(-400 + 5 * (k > 2 ? k + 1 : k))),
    ],
    [
      "two slices at one place",
      "same position (-385.00 mm)",
      (dataSet, k) => k === 4 && set(dataSet, "00200032", "DS", position(-385)),
    ],
    [
      "two breathing phases in one series",
      "So do 4 of the 8 slices: the series holds several acquisitions or breathing phases.",
      (dataSet, k) => set(dataSet, "00200032", "DS", position(-400 + 5 * (k >> 1))),
    ],
    [
      "unequal spacing",
      "5.000 mm apart, but",
      (dataSet, k) => k === 7 && set(dataSet, "00200032", "DS", position(-363)),
    ],
    [
      // Each gap is within 0.09 mm of the others; the fifth slice lies 4 x 5 mm up, and 4 x 35.27 / 7 on an even grid.
      "a spacing that drifts",
      "lies 0.154 mm from its place",
      (dataSet, k) => set(dataSet, "00200032", "DS", position(-400 + 5 * k + 0.09 * Math.max(0, k - 4))),
    ],
    [
      "a tilted gantry",
      "sheared",
      (dataSet, k) => set(dataSet, "00200032", "DS", position(-400 + 5 * k, -20 + 0.3 * k)),
    ],
    [
      "another patient in the series",
      "different patients or studies",
      (dataSet, k) => k === 3 && set(dataSet, "00100020", "LO", "P-2"),
    ],
    [
      "another study in the series",
      "different patients or studies",
      (dataSet, k) => k === 3 && set(dataSet, "0020000D", "UI", "1.2.3"),
    ],
    [
      "mixed frames of reference",
      "different frames of reference",
      (dataSet, k) => k === 3 && set(dataSet, "00200052", "UI", "1.2.3"),
    ],
    ["no frame of reference", "no Frame of Reference UID", (dataSet) => dataSet.delete("00200052")],
    [
      "another matrix",
      "6 x 5 pixels",
      (dataSet, k) => k === 3 && dataSet.set("00280010", shortsElement([4])),
    ],
    [
      "another pixel spacing",
      "0.9 x 1.1 mm",
      (dataSet, k) => k === 3 && set(dataSet, "00280030", "DS", "1.2\\0.9"),
    ],
    [
      "another orientation",
      "oriented differently",
      (dataSet, k) => k === 3 && set(dataSet, "00200037", "DS", "0\\1\\0\\-1\\0\\0"),
    ],
    [
      "no CT at all",
      "no DICOM CT image",
      (dataSet) => set(dataSet, "00080016", "UI", "1.2.840.10008.5.1.4.1.1.4"),
    ],
    ["colour", "3 samples a pixel", (dataSet) => dataSet.set("00280002", shortsElement([3]))],
    [
      "too little pixel data",
      "pixel data",
      (dataSet) => dataSet.set("7FE00010", { vr: "OW", bytes: new Uint8Array(10) }),
    ],
  ])("%s is refused in a sentence that says so", async (_, message, change) => {
    await expect(read(files(change))).rejects.toThrow(message);
  });

  test("a single slice makes no volume, and several series ask which", async () => {
    await expect(read(files().slice(0, 1))).rejects.toThrow("at least 2");
    const other = files((dataSet, k) => {
      set(dataSet, "0020000E", "UI", "1.2.3.9");
      set(dataSet, "00080018", "UI", `1.2.3.9.${k}`);
    });
    await expect(read([...files(), ...other])).rejects.toThrow("--series");
    expect((await read([...files(), ...other], "1.2.3.9")).seriesInstanceUid).toBe("1.2.3.9");
  });

  test("slices each in a series of its own are no volume, and what may have done that is said", async () => {
    const apart = files((dataSet, k) => set(dataSet, "0020000E", "UI", `1.2.3.${k}`));
    await expect(read(apart)).rejects.toMatchObject({
      code: "too-few-slices",
      message: expect.stringContaining(`${apart.length} CT series of one slice each`),
    });
  });

  test("a file that is cut off is refused by name", () => {
    const [bytes] = files();
    expect(() => readDicom(bytes.subarray(0, bytes.length - 9), "cut.dcm")).toThrow("cut.dcm");
    expect(() => readDicom(new Uint8Array(500), "zeros.bin")).toThrow("zeros.bin is not a DICOM file");
  });
});

test.each([
  [6, 4],
  [7, 5],
])(
  "a file of %i x %i pixels in the place of one whose header said 6 x 5 is refused by name",
  (columns, rows) => {
    const [other] = files(undefined, createGrid([columns, rows, 1], [0.9, 1.1, 5], patientPoint(0, 0, 0)));
    const place = { frame: 0, rescale: { slope: 1, intercept: 0 }, into: new Int16Array(6 * 5) };
    expect(() => readFrame(readDicom(other, "slice"), place, "slice-3.dcm")).toThrow(
      expect.objectContaining({ code: "file-changed", message: expect.stringContaining("slice-3.dcm") }),
    );
  },
);

test("slices whose positions were written with one decimal are still one volume, wherever they begin", async () => {
  // Spacings of hundredths rounded to tenths: gaps of two tenths, which floating point puts more than 0.1 mm apart or less.
  for (const spacing of [0.65, 1.25, 3.27, 3.75]) {
    for (let from = -700; from < 300; from += 93.7) {
      const tenths = (k: number): number => Math.round((from + spacing * k) * 10) / 10;
      const ct = await read(files((dataSet, k) => set(dataSet, "00200032", "DS", position(tenths(k)))));
      expect(ct.grid.spacingMm[2]).toBeCloseTo(spacing, 1);
    }
  }
});

test("slices that lie beside the even grid by exactly the bound are one volume", async () => {
  // The grid spans first and last slice; the fourth lies 0.1 mm beside it, the gaps differ from 5 mm by 0.1 mm at most.
  for (const from of [-400, -123.4, 0.3, 77.7]) {
    const moved = (k: number): number => Math.round((from + 5 * k + (k === 3 ? 0.1 : 0)) * 10) / 10;
    const ct = await read(files((dataSet, k) => set(dataSet, "00200032", "DS", position(moved(k)))));
    expect(ct.grid.spacingMm[2]).toBeCloseTo(5, 6);
  }
});

test("an oblique series has its axes, and slices ordered along their normal", async () => {
  const s = Math.SQRT1_2;
  const tilted = createGrid([6, 5, 8], [0.9, 1.1, 5], patientPoint(-20, 30, -400), [
    [1, 0, 0],
    [0, s, -s],
  ]);
  const ct = await read(createRandom(2).shuffle(files(undefined, tilted)));
  expect(ct.hu).toEqual(hu);
  expect(ct.grid.axes[2][1]).toBeCloseTo(s, 5);
  expect(ct.grid.axes[2][2]).toBeCloseTo(s, 5);
});
