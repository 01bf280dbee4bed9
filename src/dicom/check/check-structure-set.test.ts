/** Each rule with a structure set that passes and one that was broken in the way that the rule is about. */
import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import {
  type DataSet,
  type Element,
  sequence,
  sequenceElement,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { buildRtstruct } from "#dicom/rtstruct/write-rtstruct.ts";
import { createGrid, voxelCount, voxelToPatient } from "#geometry/grid.ts";
import { checkStructureSet } from "./check-structure-set.ts";

const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
const ct: CtVolume = {
  grid,
  hu: new Int16Array(voxelCount(grid)),
  frameOfReferenceUid: "1.2.1",
  studyInstanceUid: "1.2.2",
  seriesInstanceUid: "1.2.3",
  slices: [0, 1, 2, 3].map((k) => ({
    position: voxelToPatient(grid, voxelPoint(0, 0, k)),
    sopInstanceUid: `1.2.4.${k}`,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  })),
  description: { kernel: "B", manufacturer: "none" },
  identity: new Map([
    ["00100010", textElement("PN", "Phantom^1")],
    ["00100020", textElement("LO", "P-1")],
    ["00100030", textElement("DA", "")],
    ["00100040", textElement("CS", "O")],
    ["0020000D", textElement("UI", "1.2.2")],
    ["00080005", textElement("CS", "ISO_IR 100")],
  ]),
  findings: [],
};

function goodSet(): Map<string, Element> {
  const data = new Uint8Array(voxelCount(grid));
  data.fill(1, 64 + 18, 64 + 22);
  data.fill(1, 128 + 18, 128 + 22);
  const roi = {
    name: "GTV",
    mask: { grid, data },
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "m 1",
    colour: [255, 0, 0],
  } as const;
  return new Map(
    buildRtstruct({
      ct,
      rois: [roi],
      label: "TEST",
      sopInstanceUid: "1.2.9",
      seriesInstanceUid: "1.2.8",
      date: "20260101",
      time: "120000",
      softwareVersion: "1",
      holes: "keyhole",
    }),
  );
}

/** Replaces the first item of a sequence, down a path of sequences. */
function changeItem(
  dataSet: Map<string, Element>,
  path: readonly string[],
  change: (item: Map<string, Element>) => void,
): void {
  const [tag, ...rest] = path;
  const items = sequence(dataSet, tag).map((item) => new Map(item));
  if (rest.length === 0) change(items[0]);
  else changeItem(items[0], rest, change);
  dataSet.set(tag, sequenceElement(items));
}

const text = (vr: string, value: string) => textElement(vr, value);
const contour = ["30060039", "30060040"];

test("a structure set that we wrote breaks no rule", () => {
  expect(checkStructureSet(goodSet(), ct)).toEqual([]);
});

test.each<[string, string, (set: Map<string, Element>) => void]>([
  ["sop-class", "(0008,0016)", (set) => set.set("00080016", text("UI", "1.2"))],
  ["required-element", "(3006,0002)", (set) => set.set("30060002", text("SH", ""))],
  ["required-element", "(0010,0020)", (set) => set.delete("00100020")],
  ["text-length", "(3006,0002)", (set) => set.set("30060002", text("SH", "a label that is too long"))],
  ["same-patient", "(0010,0010)", (set) => set.set("00100010", text("PN", "Other^1"))],
  ["same-patient", "(0020,000D)", (set) => set.set("0020000D", text("UI", "1.9"))],
  [
    "frame-of-reference",
    "(0020,0052)",
    (set) => changeItem(set, ["30060010"], (item) => item.set("00200052", text("UI", "1.9"))),
  ],
  ["frame-of-reference", "(3006,0010)", (set) => set.delete("30060010")],
  [
    "roi-frame-of-reference",
    "(3006,0024)",
    (set) => changeItem(set, ["30060020"], (item) => item.set("30060024", text("UI", "1.9"))),
  ],
  [
    "reference-tree",
    "(3006,0016)",
    (set) =>
      changeItem(set, ["30060010", "30060012", "30060014"], (item) =>
        item.set("30060016", sequenceElement(sequence(item, "30060016").slice(1))),
      ),
  ],
  [
    "reference-tree",
    "(0020,000E)",
    (set) =>
      changeItem(set, ["30060010", "30060012", "30060014"], (item) =>
        item.set("0020000E", text("UI", "1.9")),
      ),
  ],
  ["three-sequences", "RTROIObservationsSequence", (set) => set.delete("30060080")],
  ["three-sequences", "ROIContourSequence", (set) => set.delete("30060039")],
  [
    "roi-number",
    "(3006,0022)",
    (set) =>
      set.set("30060020", sequenceElement([...sequence(set, "30060020"), ...sequence(set, "30060020")])),
  ],
  [
    "roi-name",
    "(3006,0026)",
    (set) =>
      changeItem(set, ["30060020"], (item) => item.set("30060026", text("LO", "a name longer than sixteen"))),
  ],
  [
    "contour-surface",
    "(3006,0040)",
    (set) => changeItem(set, contour, (item) => item.set("30060045", text("DS", "0\\0\\2.5"))),
  ],
  [
    "roi-type",
    "(3006,00A4)",
    (set) => changeItem(set, ["30060080"], (item) => item.set("300600A4", text("CS", "ORGAN"))),
  ],
  [
    "roi-interpreter",
    "(3006,00A6)",
    (set) => changeItem(set, ["30060080"], (item) => item.delete("300600A6")),
  ],
  [
    "algorithm",
    "(3006,0036)",
    (set) => changeItem(set, ["30060020"], (item) => item.set("30060036", text("CS", "MAGIC"))),
  ],
  ["approval", "(300E,0002)", (set) => set.set("300E0002", text("CS", "APPROVED"))],
  ["approval", "(300E,0002)", (set) => set.delete("300E0002")],
  [
    "contour-type",
    "(3006,0042)",
    (set) => changeItem(set, contour, (item) => item.set("30060042", text("CS", "ROUND"))),
  ],
  [
    "contour-data",
    "(3006,0050)",
    (set) => changeItem(set, contour, (item) => item.set("30060050", text("DS", "1\\2\\x"))),
  ],
  [
    "contour-points",
    "(3006,0050)",
    (set) => changeItem(set, contour, (item) => item.set("30060050", text("DS", "1\\2\\5\\2\\2\\5"))),
  ],
  [
    "point-count",
    "(3006,0046)",
    (set) => changeItem(set, contour, (item) => item.set("30060046", text("IS", "7"))),
  ],
  [
    "first-point-repeated",
    "(3006,0050)",
    (set) =>
      changeItem(set, contour, (item) =>
        item.set("30060050", text("DS", "1\\1\\5\\3\\1\\5\\3\\3\\5\\1\\1\\5")),
      ),
  ],
  [
    "decimal-string",
    "(3006,0050)",
    (set) =>
      changeItem(set, contour, (item) =>
        item.set("30060050", text("DS", "1.00000000000000001\\1\\5\\3\\1\\5\\3\\3\\5")),
      ),
  ],
  [
    "contour-image",
    "(0008,1155)",
    (set) => changeItem(set, [...contour, "30060016"], (item) => item.set("00081155", text("UI", "1.2.4.3"))),
  ],
  ["contour-image", "(3006,0016)", (set) => changeItem(set, contour, (item) => item.delete("30060016"))],
  [
    "contour-plane",
    "(3006,0050)",
    (set) =>
      changeItem(set, contour, (item) => item.set("30060050", text("DS", "1\\1\\6\\3\\1\\6\\3\\3\\6"))),
  ],
  [
    "contour-outside",
    "(3006,0050)",
    (set) =>
      changeItem(set, contour, (item) => item.set("30060050", text("DS", "91\\1\\5\\93\\1\\5\\93\\3\\5"))),
  ],
  [
    "contour-outside",
    "(3006,0050)",
    (set) =>
      changeItem(set, contour, (item) => item.set("30060050", text("DS", "1\\1\\90\\3\\1\\90\\3\\3\\90"))),
  ],
])("%s is found at %s", (rule, tag, damage) => {
  const set = goodSet();
  damage(set);
  const violations = checkStructureSet(set, ct);
  expect(violations.map((violation) => violation.rule)).toContain(rule);
  const reported = violations.find((violation) => violation.rule === rule && violation.tagPath.includes(tag));
  expect(reported, JSON.stringify(violations)).toBeDefined();
  expect(reported?.remedy).not.toBe("");
});

/** The first ROI's contour items, changed. */
function changeItems(set: Map<string, Element>, change: (items: readonly DataSet[]) => DataSet[]): void {
  set.set("30060039", sequenceElement(change(sequence(set, "30060039"))));
}
const contoursOf = (roi: DataSet): readonly DataSet[] => sequence(roi, "30060040");

test("a contour outside the images is an error, one over their edge a warning", () => {
  const severities = (from: number, x: number): string[] => {
    const set = goodSet();
    const points = `${from}\\1\\5\\${x}\\1\\5\\${x}\\3\\5`;
    changeItem(set, contour, (item) => item.set("30060050", text("DS", points)));
    const violations = checkStructureSet(set, ct).filter(({ rule }) => rule === "contour-outside");
    return violations.map(({ severity }) => severity);
  };
  // The images have 8 columns of 1 mm, the first centre at 0.
  expect([severities(1, 7.5), severities(1, 30), severities(28, 30)]).toEqual([[], ["warning"], ["error"]]);
});

test("contours that hold the centre of no voxel are an error where there are no others", () => {
  const severities = (...slices: readonly number[]): string[] => {
    const set = goodSet();
    changeItems(set, ([roi]) => {
      const contours = contoursOf(roi).map((item, at) => {
        const z = 5 * (at + 1);
        const points = `1.2\\1.2\\${z}\\1.6\\1.2\\${z}\\1.6\\1.6\\${z}`;
        const small = new Map([
          ["30060050", text("DS", points)],
          ["30060046", text("IS", "3")],
        ]);
        return slices.includes(at) ? new Map([...item, ...small]) : item;
      });
      return [new Map(roi).set("30060040", sequenceElement(contours))];
    });
    return checkStructureSet(set, ct).map(({ rule, severity }) => `${rule} ${severity}`);
  };
  expect([severities(0, 1), severities(0), severities()]).toEqual([
    ["contour-between-voxels error"],
    ["contour-between-voxels warning"],
    [],
  ]);
});

test("a contour that is there twice is told, with the CT and without", () => {
  const set = goodSet();
  changeItems(set, ([roi]) => [
    new Map(roi).set("30060040", sequenceElement([...contoursOf(roi), contoursOf(roi)[0]])),
  ]);
  for (const against of [ct, undefined]) {
    const violations = checkStructureSet(set, against);
    expect(violations.map(({ rule, severity }) => [rule, severity])).toEqual([["contour-twice", "warning"]]);
    expect(violations[0].found).toContain("ontour 3 is contour 1 once more");
  }
});

test("two contour items of one ROI are told", () => {
  const set = goodSet();
  changeItems(set, ([roi]) =>
    contoursOf(roi).map((contour) => new Map(roi).set("30060040", sequenceElement([contour]))),
  );
  expect(checkStructureSet(set, ct).map(({ rule }) => rule)).toEqual(["contour-item"]);
});

test("the patient's name is compared as it reads, not as it is encoded", () => {
  const setNamed = (characterSet: string, bytes: Buffer): Map<string, Element> =>
    goodSet()
      .set("00080005", text("CS", characterSet))
      .set("00100010", { vr: "PN", bytes: new Uint8Array(bytes) });
  const name = "M\u00fcller^Ann";
  const patient = {
    ...ct,
    identity: new Map(ct.identity).set("00100010", { vr: "PN", bytes: Buffer.from(name, "latin1") }),
  };
  for (const written of [name, `${name}^^`, name.normalize("NFD")])
    expect(checkStructureSet(setNamed("ISO_IR 192", Buffer.from(written)), patient)).toEqual([]);
  const other = checkStructureSet(setNamed("ISO_IR 192", Buffer.from("M\u00fcler^Ann")), patient);
  expect(other.map(({ rule }) => rule)).toEqual(["same-patient"]);
  const unknown = checkStructureSet(goodSet().set("00080005", text("CS", "ISO_IR 999")), ct);
  expect(unknown.map(({ rule }) => rule)).toEqual(["character-set"]);
});

test("without the CT, rules about it are silent", () => {
  const set = goodSet();
  set.set("00100010", text("PN", "Other^1"));
  expect(checkStructureSet(set as DataSet)).toEqual([]);
});
