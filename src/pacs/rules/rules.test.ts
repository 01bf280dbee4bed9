/** The clinic's file: what is right is read, what is wrong is said with its line, and which rule takes a series. */
import { expect, test } from "vitest";
import { textElement } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { clinicYaml } from "../../../test/pacs/clinic-server.ts";
import { ruleFor } from "./match-rule.ts";
import { checkClinic } from "./read-clinic.ts";

const lung = `peers:
  planning: { aeTitle: TPS, host: tps.example, port: 104 }
rules:
  - name: lung
    when: { SeriesDescription: "*lung*", Modality: CT }
    sendTo: [planning]
  - name: the rest
    when: { Modality: CT }
`;

test("what is left out has its default: the workspace's model, and nobody", () => {
  const { clinic } = checkClinic(clinicYaml(lung));
  expect(clinic?.rules.map(({ model, sendTo }) => [model, sendTo])).toEqual([
    [undefined, ["planning"]],
    [undefined, []],
  ]);
});

test("nothing is let go but by a rule that says after how many days", () => {
  const retentionOf = (yaml: string) => checkClinic(clinicYaml(yaml)).clinic?.retention;
  const nothing = { neverReviewed: null, closedWithoutTumour: null, signedAndDelivered: null };
  expect(retentionOf("")).toEqual(nothing);
  expect(retentionOf("retention: { neverReviewed: 90 days, signedAndDelivered: keep }")).toEqual({
    ...nothing,
    neverReviewed: 90,
  });
});

test.each([
  ["listener: {", [[1, "end with a }"]]],
  [
    clinicYaml().replace("aeTitle: DELINEATE", "aeTitel: DELINEATE"),
    [
      [1, "aeTitle"],
      [1, "aeTitel: there is no such setting"],
    ],
  ],
  [
    clinicYaml().replace("[127.0.0.1]", "[the scanner]"),
    [[7, "callers.0.addresses.0: expected an IP address"]],
  ],
  [clinicYaml('viewers: ["https://viewer.example/"]'), [[8, "viewers.0: expected an origin"]]],
  [clinicYaml('viewers: ["*"]'), [[8, "viewers.0: expected an origin"]]],
  [clinicYaml().replace("[127.0.0.1]", "[]"), [[7, "at least one address is needed"]]],
  [clinicYaml().replace("SCANNER", "A_TITLE_THAT_IS_TOO_LONG"), [[7, "an AE title has 1 to 16"]]],
  [
    clinicYaml(lung).replace("[planning]", "[plannning]"),
    [[13, "there is no peer plannning; perhaps planning is meant"]],
  ],
  [
    clinicYaml(lung).replace("SeriesDescription:", "SeriesDescripton:"),
    [[12, "perhaps SeriesDescription is meant"]],
  ],
  [
    clinicYaml("retention: { neverReviewed: 90 days, closedWithoutTumour: 3 days, signed: keep }"),
    [
      [8, "retention.closedWithoutTumour: at least 30 days"],
      [8, "retention.signed: there is no such setting"],
    ],
  ],
  [clinicYaml("retention: { neverReviewed: 90 }"), [[8, 'expected keep, or days such as "90 days"']]],
  [clinicYaml(lung).replace("the rest", "lung"), [[14, "another rule has this name"]]],
  [clinicYaml(`${lung}  - { name: all, when: {} }\n`), [[16, "at least one attribute is needed"]]],
  [
    clinicYaml(lung).replace("port: 104", "port: 70000").replace("quietSeconds: 5", "quietSeconds: soon"),
    [
      [5, "quietSeconds: expected seconds"],
      [9, "port: expected 1 to 65535"],
    ],
  ],
] as const)("a problem is said with its line (%#)", (yaml, expected) => {
  const { problems } = checkClinic(yaml);
  expect(problems.map(({ line }) => line)).toEqual(expected.map(([line]) => line));
  for (const [at, [, words]] of expected.entries()) expect(problems[at].message).toContain(words);
});

test.each([
  ["Thorax LUNG 3mm", "lung"],
  ["Lung", "lung"],
  ["Abdomen", "the rest"],
  ["", "the rest"],
])("the series %j is taken by the rule %j", (description, name) => {
  const { clinic } = checkClinic(clinicYaml(lung));
  const header = new Map([
    [tags.Modality, textElement("CS", "CT")],
    [tags.SeriesDescription, textElement("LO", description)],
  ]);
  expect(ruleFor(clinic?.rules ?? [], header)?.name).toBe(name);
});

test("a pattern is no regular expression, and holds for the whole value", () => {
  const rule = { name: "one", when: { SeriesDescription: "a.c (1)" }, model: "shipped", sendTo: [] };
  const taken = ["A.C (1)", "abc (1)", "xa.c (1)"].map((description) =>
    ruleFor([rule], new Map([[tags.SeriesDescription, textElement("LO", description)]])),
  );
  expect(taken).toEqual([rule, undefined, undefined]);
});

test("a caller's address counts however it is written", () => {
  const written = clinicYaml().replace("[127.0.0.1]", '["2001:DB8:0:0::7", "::FFFF:10.0.0.5"]');
  expect(checkClinic(written).clinic?.listener.callers[0].addresses).toEqual(["2001:db8::7", "10.0.0.5"]);
});
