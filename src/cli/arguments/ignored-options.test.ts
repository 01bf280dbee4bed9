/** No option is ignored or guessed in silence: one that nothing would come of is wrong usage, before anything is read or written. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, expect, test } from "vitest";
import { addVerb, nameOf, verbs } from "#cli/verbs.ts";

const folder = mkdtempSync(join(tmpdir(), "ignored-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Code and sentence of the error that these words end with. OUT is a place where nothing is yet, NONE an empty word. */
async function refusal(words: string): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const places = new Map([
    ["OUT", join(folder, "out")],
    ["NONE", ""],
  ]);
  const typed = words.split(" ").map((word) => places.get(word) ?? word);
  for (const verb of verbs.filter((candidate) => nameOf(candidate) === typed[0]))
    await verb.load(addVerb(program, verb));
  return program.parseAsync(typed, { from: "user" }).then(
    () => "taken",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

test.each([
  ["train nowhere --out OUT --split s.json --validation v1,v2", "--split .*--validation"],
  ["train nowhere --out OUT --split s.json --patients a,b", "--split .*--patients"],
  ["train nowhere --out OUT --fold 3", "--fold belongs to --split"],
  ["cohort segment nowhere --out OUT --fold 3", "--fold belongs to --split"],
  ["experiment nowhere --out OUT --split s.json --folds 5", "--split .*--folds"],
  ["experiment nowhere --out OUT --split s.json --test 0.2", "--split .*--test"],
  ["experiment nowhere --out OUT --split s.json --validation 0.1", "--split .*--validation"],
  ["experiment nowhere --out OUT --split s.json --split-seed 7", "--split .*--split-seed"],
  ["experiment nowhere --out OUT --folds 5 --test 0.2", "--test would be ignored"],
  ["cohort split nowhere --out OUT --folds 5 --test 0.2", "--folds .*--test"],
  ["check nowhere --series 2", "--series belongs to --ct"],
  ["train nowhere --out OUT --with phantoms", "Expected a folder and a weight"],
  ["phantom --out OUT --into nowhere --variety wide", "--into .*--variety"],
  ["phantom --out OUT --patients 1 --size 64 --threads 2", "--threads belongs to --into"],
  ["phantom --out OUT --patients 1 --size 64 --roi GTV", "--roi belongs to --into"],
  ["phantom --out OUT --patients 1 --size 64 --keep-out a=1..2", "--keep-out belongs to --into"],
  ["fetch pacs --config nowhere.yaml --patient 4711 --user ann", "--user is for a URL"],
  // An unset variable in a script is no number, and no 0.
  ["cohort split nowhere --out OUT --seed NONE", "Expected a whole number from 0"],
])("%s", async (words, sentence) => {
  expect(await refusal(words)).toMatch(
    new RegExp(`^(usage|commander\\.(conflictingOption|invalidArgument)): .*${sentence}`, "u"),
  );
});
