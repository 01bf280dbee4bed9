/** The networks by name. A network is described once; both of its graphs come from that (src/engine/emit.ts). */
import { networkNames } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Network } from "#engine/emit.ts";
import type { NetworkOptions } from "./layers.ts";
import { modifiedResnet34 } from "./modified-resnet34.ts";
import { uNet } from "./u-net.ts";

/** `widthStep`: the narrowest layer of the modified ResNet34 has a quarter of the width. */
const networks = {
  "modified-resnet34": { describe: modifiedResnet34, widthStep: 4 },
  "u-net": { describe: uNet, widthStep: 1 },
} as const;

/** Throws `usage` naming the networks there are. */
export function networkNamed(name: string, options: NetworkOptions): Network {
  const networkName = networkNames.find((candidate) => candidate === name);
  if (networkName === undefined) {
    throw new DelineateError(
      "usage",
      `There is no network ${name}; expected one of ${networkNames.join(", ")}.`,
    );
  }
  const { describe, widthStep } = networks[networkName];
  if (options.width % widthStep !== 0) {
    throw new DelineateError(
      "usage",
      `The width of ${networkName} must be a multiple of ${widthStep}, got ${options.width}.`,
    );
  }
  return (tape, image) => describe(tape, image, options);
}

/**
 * The U-Net's width in an experiment, beside a modified ResNet34 of width `width`: 7/16 of it. The paper does not state its
 * U-Net's, but the times of both, 28 against 21 ms for a slice (Zhang 2020, Table 2), a ratio of 1.33; at 512 x 512 a U-Net of
 * width 28 takes 1.27 times the multiply-adds and 1.44 times the time of the ResNet of width 64 (bench/network-costs.ts).
 */
export function uNetWidthBeside(width: number): number {
  return Math.max(leastWidth, Math.round((7 / 16) * width));
}

/** Of trainingConfigurationSchema. */
const leastWidth = 4;
