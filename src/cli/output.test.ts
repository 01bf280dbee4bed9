import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { finding } from "#core/findings.ts";
import { reporter, sayFindings } from "./output.ts";

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

test("that a disk is full is one line in the log, and a fault of the program has its stack", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const full = Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
  for (const log of ["text", "json"] as const)
    for (const fault of [full, new Error("x")]) reporter(log).fault(fault);
  const lines = write.mock.calls.map(([line]) => String(line));
  write.mockRestore();
  expect(lines[0]).toBe(`(disk-full) ${full.message}\n`);
  expect(JSON.parse(lines[2])).toMatchObject({ code: "disk-full", message: full.message });
  for (const at of [1, 3]) expect(lines[at]).toContain("output.test.ts");
});
