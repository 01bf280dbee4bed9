/** The networks by name. A network is described once; both of its graphs come from that (src/nn/emit.ts). */
import { DelineateError } from "../core/errors.ts";
import type { Network } from "../nn/emit.ts";
import type { NetworkOptions } from "./layers.ts";
import { modifiedResnet34 } from "./modified-resnet34.ts";
import { uNet } from "./u-net.ts";

export const networkNames = ["modified-resnet34", "u-net"] as const;
const descriptions = { "modified-resnet34": modifiedResnet34, "u-net": uNet };

/** Throws `usage` naming the networks there are. */
export function networkNamed(name: string, options: NetworkOptions): Network {
  const known = networkNames.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new DelineateError(
      "usage",
      `There is no network ${name}; expected one of ${networkNames.join(", ")}.`,
    );
  }
  if (options.width % 4 !== 0) {
    throw new DelineateError("usage", `The width must be a multiple of 4, got ${options.width}.`);
  }
  return (tape, image) => descriptions[known](tape, image, options);
}
