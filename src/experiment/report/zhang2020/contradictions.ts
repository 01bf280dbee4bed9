/**
 * The paper's figures held against each other: what cannot be true together, what is open, and what fits. Each is computed
 * from the printed figures (paper.ts), with the room that their rounding leaves; nothing here knows our own results.
 */
import { meanSd } from "#statistics/printed-numbers.ts";
import { meanJaccardBounds } from "./jaccard-bounds.ts";
import { type Printed, paper } from "./paper.ts";

export type Verdict = "contradiction" | "open" | "holds";

type Check = {
  readonly title: string;
  /** What the paper states. */
  readonly states: string;
  /** What follows. */
  readonly computed: string;
  readonly verdict: Verdict;
};

export function checkPaper(): Check[] {
  return [
    jaccardAgainstDice("modified ResNet", paper.networks["modified-resnet34"]),
    jaccardAgainstDice("U-Net", paper.networks["u-net"]),
    sensitivityTwice(),
    sidesAgainstLobes("training", paper.cohorts.training),
    sidesAgainstLobes("test", paper.cohorts.test),
    stagesAgainstPatients(),
    imageCounts(),
    imagesAgainstSlices(),
    volumesAgainstImages(),
    trainingTime(),
  ];
}

/** Half a unit of the last printed decimal. */
function roundingOf({ digits }: Printed): number {
  return 0.5 * 10 ** -digits;
}

function jaccardAgainstDice(name: string, row: { readonly dsc: Printed; readonly jsc: Printed }): Check {
  const { dsc, jsc } = row;
  const room = roundingOf(dsc);
  // Both bounds grow with mean and SD: the widest range that rounding allows.
  const low = meanJaccardBounds(dsc.mean - room, dsc.standardDeviation - room)[0];
  const most = meanJaccardBounds(dsc.mean + room, dsc.standardDeviation + room)[1];
  const possible = jsc.mean + roundingOf(jsc) >= low && jsc.mean - roundingOf(jsc) <= most;
  const atMean = dsc.mean / (2 - dsc.mean);
  return {
    title: `JSC of the ${name} against its DSC`,
    states: `DSC ${meanSd(dsc, dsc.digits)}, JSC ${meanSd(jsc, jsc.digits)}`,
    computed: `JSC = DSC/(2 − DSC) for every case: ${atMean.toFixed(3)} at the mean. The mean of JSC need not satisfy this, but over all distributions of DSC with this mean and SD it lies between ${low.toFixed(3)} and ${most.toFixed(3)}, rounding included; ${jsc.mean.toFixed(2)} ${possible ? "lies within" : `is ${(jsc.mean - most).toFixed(2)} above the most that is possible`}.`,
    verdict: possible ? "holds" : "contradiction",
  };
}

function sensitivityTwice(): Check {
  const { tpr } = paper.networks["modified-resnet34"];
  const gap = Math.abs(tpr.mean - paper.abstractTpr);
  return {
    title: "TPR of the modified ResNet, abstract against Table 2",
    states: `abstract ${paper.abstractTpr.toFixed(2)}, Table 2 ${tpr.mean.toFixed(2)}`,
    computed: `They differ by ${gap.toFixed(2)}; two roundings of one number to two decimals differ by 0.01 at most.`,
    verdict: gap > 2 * roundingOf(tpr) + 1e-9 ? "contradiction" : "holds",
  };
}

type Cohort = (typeof paper.cohorts)["training" | "test"];

function sidesAgainstLobes(name: string, { sides, lobes, patients }: Cohort): Check {
  const left = lobes.leftUpper + lobes.leftLower;
  const right = lobes.rightUpper + lobes.rightMiddle + lobes.rightLower;
  const fits = left === sides.left && right === sides.right;
  return {
    title: `Sides against lobes, ${name} cohort`,
    states: `right:left ${sides.right}:${sides.left}; lobes UL/LL/UR/MR/LR ${Object.values(lobes).join("/")}`,
    computed: `The lobes add up to right:left ${right}:${left} (${right + left} of ${patients} patients)${fits ? ", as stated" : `: ${Math.abs(left - sides.left)} patients have changed sides`}.`,
    verdict: fits ? "holds" : "contradiction",
  };
}

function stagesAgainstPatients(): Check {
  const { training, test } = paper.cohorts;
  const sums = [training, test].map(({ stages }) => stages.reduce((sum: number, count) => sum + count, 0));
  const fits = sums[0] === training.patients && sums[1] === test.patients;
  return {
    title: "Stages against patients",
    states: `${training.patients} and ${test.patients} patients; stages I-IV ${training.stages.join("/")} and ${test.stages.join("/")}`,
    computed: `The stages add up to ${sums[0]} and ${sums[1]}.`,
    verdict: fits ? "holds" : "contradiction",
  };
}

function imageCounts(): Check {
  const { augmented, original, all } = paper.images;
  const sum = augmented + original;
  const fits = sum === all && 3 * original === all;
  return {
    title: "Images of an epoch",
    states: `${augmented} augmented and ${original} original, ${all} in all; 2/3 and 1/3`,
    computed: `${augmented} + ${original} = ${sum}; the original ones are ${((100 * original) / all).toFixed(1)} %.`,
    verdict: fits ? "holds" : "contradiction",
  };
}

function imagesAgainstSlices(): Check {
  const { patients } = paper.cohorts.training;
  const fewest = patients * paper.slicesPerPatient.least;
  const most = patients * paper.slicesPerPatient.most;
  return {
    title: "Images against slices",
    states: `${patients} training patients with ${paper.slicesPerPatient.least} to ${paper.slicesPerPatient.most} slices; ${paper.images.all} images`,
    computed: `The patients have ${thousands(fewest)} to ${thousands(most)} slices, the epoch ${(paper.images.all / patients).toFixed(1)} images per patient (${(paper.images.original / patients).toFixed(1)} original ones): the network saw a part of the slices, probably those with tumour. Which, and whether the test was on whole scans, is not stated.`,
    verdict: "open",
  };
}

function volumesAgainstImages(): Check {
  const { volumeCc, patients } = paper.cohorts.training;
  const slicesOf = (cc: number): number => (2 * Math.cbrt((cc * 1000 * 3) / (4 * Math.PI))) / paper.sliceMm;
  return {
    title: "Slices with tumour against volume",
    states: `median volume ${volumeCc.median} cc, largest ${volumeCc.most} cc; slices of ${paper.sliceMm} mm`,
    computed: `A ball of the median volume spans ${slicesOf(volumeCc.median).toFixed(1)} slices, of the largest ${slicesOf(volumeCc.most).toFixed(1)}. ${(paper.images.all / patients).toFixed(1)} different images with tumour for the average patient would be nearly the largest tumour in everyone, ${(paper.images.original / patients).toFixed(1)} fewer than the median tumour has: the counts say neither which images there were nor how often an image was used.`,
    verdict: "open",
  };
}

function trainingTime(): Check {
  const images = paper.epochs * paper.images.all;
  const perImageMs = (paper.trainingHours * 3_600_000) / images;
  const predictionMs = paper.networks["modified-resnet34"].sliceMs.mean;
  return {
    title: "Training time",
    states: `${paper.epochs} epochs in about ${paper.trainingHours} hours; ${predictionMs} ms to predict a slice`,
    computed: `${thousands(images)} images at ${perImageMs.toFixed(0)} ms each, ${(perImageMs / predictionMs).toFixed(1)} times a prediction: a forward and a backward pass cost about three, the rest is left for augmentation.`,
    verdict: "holds",
  };
}

function thousands(count: number): string {
  return count.toLocaleString("en-GB");
}
