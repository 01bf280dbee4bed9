import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { finding } from "#core/findings.ts";
import { sayFindings } from "./output.ts";

test("of many findings alike in one ROI the first is said and how many there are, and every error", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const other = "refers to another image";
  sayFindings([
    ...Array.from({ length: 9 }, (_, at) => finding("warning", "other", other, `Lung L, contour ${at + 1}`)),
    finding("warning", "twice", "counted once", "Lung L, slice 4"),
    ...[1, 2].map((at) => finding("warning", "other", other, `GTV, contour ${at}`)),
    ...[1, 2, 3, 4].map((at) => finding("error", "outside", "lies outside", `GTV, contour ${at}`)),
  ]);
  const lines = write.mock.calls.map(([line]) => stripVTControlCharacters(String(line)).trim());
  write.mockRestore();
  expect(lines).toEqual([
    "warning: Lung L, contour 1: refers to another image (and 8 more like it)",
    "warning: Lung L, slice 4: counted once",
    "warning: GTV, contour 1: refers to another image",
    "warning: GTV, contour 2: refers to another image",
    ...[1, 2, 3, 4].map((at) => `error: GTV, contour ${at}: lies outside`),
  ]);
});
