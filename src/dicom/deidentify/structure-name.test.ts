import { expect, test } from "vitest";
import { saysOnlyStructure } from "./structure-name.ts";

test.each([
  "GTV-1",
  "GTVp",
  "Tumor_c40",
  "Lung-Left",
  "Spinal-Cord",
  "PTV 5 mm",
  "Lungs minus GTV",
  "gtv 60 Gy",
  "GTV1_c40",
  "12",
])("%s stays", (name) => expect(saysOnlyStructure(name)).toBe(true));

test.each([
  "GTV Smith",
  "GTV 19610412",
  "GTV 12.03.24",
  "GTV_12_03_19_54",
  "GTV 12/03",
  "GTV 12-03",
  "GTV 12 03 54",
  "PTV 1 2 3 4 5 6 7 8",
  "GTV 12 p 03 n 54",
  "Dr. Lee",
  "GTV_123",
  "",
  "Müller",
  "GTV\u200b",
  "LungL Ann",
])("%s is replaced", (name) => expect(saysOnlyStructure(name)).toBe(false));
