/** A CT that is kept between reading and contouring is the case's alone. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { clickModel, shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { keepForContouring, takeKept } from "./kept-ct.ts";

const path = fileURLToPath(shippedModel);
const ct = await readCtFolder(await phantomFolder(41, 64));

test("it is given once, with the model, to the case that it is of", async () => {
  keepForContouring("a", ct, path);
  const keptCt = takeKept("a", path);
  expect(keptCt?.ct).toBe(ct);
  const model = await keptCt?.model;
  expect(model?.name).toBe("gtv");
  await model?.dispose();
  expect(takeKept("a", path)).toBeUndefined();
});

test.each([
  ["another case", "b", path],
  ["another model", "a", fileURLToPath(clickModel)],
])("%s does not get it, and it is kept no longer", (_, caseId, wanted) => {
  keepForContouring("a", ct, path);
  expect(takeKept(caseId, wanted)).toBeUndefined();
  expect(takeKept("a", path)).toBeUndefined();
});

test("a model that cannot be loaded is its user's failure, with its name", async () => {
  keepForContouring("a", ct, "none.onnx");
  await expect(takeKept("a", "none.onnx")?.model).rejects.toMatchObject({ code: "file-not-found" });
});
