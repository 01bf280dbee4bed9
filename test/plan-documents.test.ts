/** Documents, examples and cards speak of settings and options that there are, and of defaults as they are. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { addVerb, verbs } from "#cli/verbs.ts";
import { changePlan, planSettings } from "#contract/plan.ts";
import { defaultTraining } from "#contract/training-configuration.ts";
import { paper } from "#experiment/report/zhang2020/paper.ts";

const root = join(import.meta.dirname, "..");
/** Measurements tell of the commands of their time. */
const pages = [
  "README.md",
  "docs/*.md",
  "docs/decisions/*.md",
  "models/*.md",
  "src/cli/*.ts",
  "src/model/*.ts",
]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

test("the protocol page gives every default as it is, and knows no other setting", () => {
  const page = readFileSync(join(root, "docs/paper-protocol.md"), "utf8");
  const settings = [...page.matchAll(/`([a-zA-Z0-9.]+)=([^`]+)`/g)].map(([, path, text]) => ({ path, text }));
  expect(settings.length).toBeGreaterThan(25);
  const wrong = settings.filter(({ path, text }) => {
    const fallback = planSettings.find((setting) => setting.path === path)?.fallback;
    // 2/3 and 4/3 stand there with three decimals.
    if (typeof fallback === "number")
      return !(Math.abs(Number(text) - fallback) < 5e-4 * Math.abs(fallback) + 1e-12);
    return String(fallback) !== text;
  });
  expect(wrong).toEqual([]);
});

test("where the paper gives a figure it is the default", () => {
  const { size, epochs, batch, learningRate, width } = paper;
  const { augmented, original, all } = paper.images;
  expect(defaultTraining).toMatchObject({ size, epochs, batch, learningRate, width });
  expect(augmented + original).toBe(all);
  expect(defaultTraining.augmented).toBeCloseTo(augmented / all, 12);
});

test("every --set in a document or an example sets what can be set", () => {
  const sets = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/--set ([a-z][\w.]*)=([\w.-]+)/g)].map(([, name, value]) => ({ path, name, value })),
  );
  expect(sets.length).toBeGreaterThan(8);
  for (const { name, value } of sets)
    expect(
      () => changePlan(defaultTraining, [{ path: name, text: value }]),
      `${name}=${value}`,
    ).not.toThrow();
});

test("every option in a document's or an example's command is one of its verb", async () => {
  const program = new Command();
  for (const verb of verbs) await verb.load(addVerb(program, verb));
  const uses = pages.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /delineate (train|experiment|plan|augment|segment|phantom|import|evaluate|compare|observers|convert|diff|check|inspect|serve)\b([^`#"\n]*)/g,
      ),
    ].flatMap(([, verb, rest]) =>
      [...rest.split(/ [|>] |\\n/)[0].matchAll(/--[a-z-]+/g)].map(([option]) => ({ path, verb, option })),
    ),
  );
  expect(uses.length).toBeGreaterThan(20);
  const optionsOf = (verb: string) =>
    program.commands.find((command) => command.name() === verb)?.options.map(({ long }) => long) ?? [];
  expect(uses.filter(({ verb, option }) => !optionsOf(verb).includes(option))).toEqual([]);
});
