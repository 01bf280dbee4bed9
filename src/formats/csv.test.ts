import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCsv, parseCsv } from "./csv.ts";

test("quotes, commas, line ends within quotes, a byte order mark and Windows' line ends", () => {
  const text = '\uFEFFname,note\r\n"Lung, right","says ""large"""\r\nb,"two\nlines"\r\n';
  expect(parseCsv(text)).toEqual([
    { name: "Lung, right", note: 'says "large"' },
    { name: "b", note: "two\nlines" },
  ]);
});

test.each([";", "\t"])("fields of a spreadsheet that are separated by %j", (separator) => {
  const lines = [
    ["name", "size", "note, in full"],
    ["b", "1,5", ""],
    ['"c"', "2", '"x;y\tz"'],
  ];
  expect(parseCsv(lines.map((fields) => fields.join(separator)).join("\r\n"))).toEqual([
    { name: "b", size: "1,5", "note, in full": "" },
    { name: "c", size: "2", "note, in full": "x;y\tz" },
  ]);
});

test.each([
  ["PatientID,stage (I; II; III; IV)\np1,II\n", { PatientID: "p1", "stage (I; II; III; IV)": "II" }],
  [
    '"Age\r\n(years)";PatientID;Stage\r\n61;p1;II\r\n',
    { "Age\r\n(years)": "61", PatientID: "p1", Stage: "II" },
  ],
])("what separates %j is what separates its lines", (text, record) => {
  expect(parseCsv(text)).toEqual([record]);
});

test("lines end with CRLF, and what has no value is an empty field", () => {
  expect(
    formatCsv([
      ["a", "b", "c"],
      [1.5, null, undefined],
      ["x, y", 0, 'say "z"'],
    ]),
  ).toBe('a,b,c\r\n1.5,,\r\n"x, y",0,"say ""z"""\r\n');
});

test("what is written is read back, whatever is in it", () => {
  const line = fc.tuple(fc.string({ minLength: 1 }), fc.string(), fc.string());
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const [a, b, c] = ["a", "b", "c"];
      const back = parseCsv(formatCsv([[a, b, c], ...lines]));
      expect(back.map((record) => [record.a, record.b, record.c])).toEqual(lines);
    }),
    { numRuns: 300, seed: 1 },
  );
});
