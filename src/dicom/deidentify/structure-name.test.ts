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
  "12",
])("%s stays", (name) => expect(saysOnlyStructure(name)).toBe(true));

test.each(["GTV Smith", "GTV 19610412", "Dr. Lee", "GTV_123", "", "Müller", "GTV\u200b", "LungL Ann"])(
  "%s is replaced",
  (name) => expect(saysOnlyStructure(name)).toBe(false),
);
