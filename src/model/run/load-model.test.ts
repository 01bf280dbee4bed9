import { expect, test } from "vitest";
import { identityOf } from "#contract/model-identity.ts";
import { createRandom } from "#core/random.ts";
import { channelCount } from "#preprocess/context.ts";
import { clickModel, loadModel, secondModel, shippedModel } from "./load-model.ts";

test("a model takes a part of its matrix, rows and columns as they are said", async () => {
  const model = await loadModel(shippedModel, { threads: 1 });
  const { size } = model.input;
  const channels = channelCount(model.input);
  const random = createRandom(5);
  // Lung, and a nodule amid it.
  const whole = Float32Array.from({ length: channels * size * size }, (_, at) => {
    const [y, x] = [Math.floor(at / size) % size, at % size];
    return (Math.hypot(x - size / 2, y - size / 2) < 10 ? 1 : -0.9) + random.normal() / 50;
  });
  const [left, top, columns, rows] = [64, 32, size - 96, size - 64];
  const part = Float32Array.from({ length: channels * rows * columns }, (_, at) => {
    const [channel, y, x] = [
      Math.floor(at / (rows * columns)),
      Math.floor(at / columns) % rows,
      at % columns,
    ];
    return whole[(channel * size + y + top) * size + x + left];
  });
  const some = await model.predict(part, 1, [rows, columns]);
  await model.dispose();
  expect(some).toHaveLength(rows * columns);
  const most = Math.max(...some);
  const peak = some.indexOf(most);
  const [y, x] = [Math.floor(peak / columns) + top, (peak % columns) + left];
  expect(Math.hypot(x - size / 2, y - size / 2)).toBeLessThan(12);
});

test("it says which networks helped it: those that were asked, by their files", async () => {
  const model = await loadModel(shippedModel, { threads: 1 });
  const { clicks, second } = model;
  if (clicks === undefined || second === undefined) throw new Error("the shipped model asks both");
  expect(model.helpers()).toEqual([]);
  await Promise.all([second(), second()]);
  const [ofSecond, ofClicks] = await Promise.all([secondModel, clickModel].map((file) => loadModel(file)));
  expect(model.helpers()).toEqual([identityOf(ofSecond)]);
  await clicks();
  expect(model.helpers()).toEqual([identityOf(ofClicks), identityOf(ofSecond)]);
  await Promise.all([model, ofSecond, ofClicks].map((loaded) => loaded.dispose()));
});
