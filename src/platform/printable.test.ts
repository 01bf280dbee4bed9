/** What files say may reach a terminal as text only. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableJson } from "./printable.ts";

test("control characters are shown by their codes; lines, tabulators and our colours stay", () => {
  expect(printable("GTV\x1b[2J\x07\x9b1m\u202eab")).toBe("GTV<1B>[2J<07><9B>1m<202E>ab");
  expect(printable("\x1b[31merror\x1b[39m:\ta\nb")).toBe("\x1b[31merror\x1b[39m:\ta\nb");
});

test("nothing that is printed holds a control character, and JSON stays the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const uncoloured = text.replaceAll("\x1b", "");
      expect(printable(uncoloured)).not.toMatch(/[^\P{Cc}\n\t]/u);
      const json = printableJson(JSON.stringify({ text }));
      expect(json).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
