/**
 * Where a tumour ends, by two networks. One that learnt from patients takes the consolidation beside a tumour along: it looks the same.
 * One that learnt from phantoms alone misses many tumours; where it sees one it sees less of what lies round it. So the first finds and
 * draws the tumour, and where the second sees half of that or more, what both see belongs to it, and what lies far from all of that
 * does not. In between the first one's border stays: it has learnt from physicians. Measured: docs/decisions/0046-a-second-opinion.md.
 */
import { type Confidence, certainByte, insideFrom, probabilityOf, toByte } from "#geometry/confidence.ts";
import { type Box, boundingBox, boxFrom, cropMask, growBox, uncropVoxels } from "#geometry/crop.ts";
import { withinDistance } from "#geometry/distances/within-distance.ts";
import { voxelVolumeCc } from "#geometry/grid.ts";
import { countVoxels, type Mask } from "#geometry/mask.ts";
import { keepAttached } from "#geometry/regions/connected-components.ts";
import { boxOfRuns, partOfRuns, type Runs, voxelsOfRuns } from "#geometry/regions/runs.ts";
import { smallCc } from "./closer-look.ts";

/** What a network sees, and the threshold that its confidence was made with. */
export type Opinion = { readonly confidence: Confidence; readonly threshold: number };

/** The other network's, at least in the box. */
export type AskSecond = (box: Box) => Promise<Opinion>;

/** How far beyond the contour it is asked about. */
const roundMm = 10;
/** What is no farther from what both see belongs to it: physicians differ by that. */
const nearMm = 5;
/** What was left out is told from this part of the contour on. */
const toldFrom = 0.2;
/** Of the contour. A network that sees less of it has missed the tumour and says nothing of its border. */
const leastSeen = 0.5;

/**
 * What both are sure of by the geometric mean of their probabilities, round a contour of the first's and nowhere else; undefined where the
 * contour is small (closer-look.ts), or the second does not see it. The first's threshold is that of both.
 */
export async function seenByBoth(
  contour: Runs,
  first: Opinion,
  askSecond: AskSecond,
): Promise<Confidence | undefined> {
  const { grid } = first.confidence;
  const extent = boxOfRuns(contour, grid.size);
  if (extent === undefined || voxelsOfRuns(contour) * voxelVolumeCc(grid) < smallCc) return undefined;
  const box = growBox(extent, roundMm, grid);
  const second = await askSecond(box);
  const seen = cropMask(second.confidence, box);
  if (partSeen(partOfRuns(grid, contour, box), seen) < leastSeen) return undefined;
  const both = agreement(
    { ...first, confidence: cropMask(first.confidence, box) },
    { ...second, confidence: seen },
  );
  return { grid, data: uncropVoxels(both.data, box, grid.size) };
}

/**
 * `both`, which is drawn from what both see, and of the first one's contour what is no farther from that than 5 mm. The contour as it is
 * where the two have nothing in common.
 */
export function uniteNear(contour: Mask, both: Mask): Mask {
  const extent = boundingBox(both);
  if (extent === undefined) return contour;
  const box = growBox(extent, nearMm, contour.grid);
  const [kept, seen] = [cropMask(contour, box), cropMask(both, box)];
  if (!kept.data.some((inside, at) => inside === 1 && seen.data[at] === 1)) return contour;
  const near = withinDistance(seen, nearMm);
  for (let at = 0; at < near.length; at++) kept.data[at] = seen.data[at] | (kept.data[at] & near[at]);
  keepAttached(kept, seen);
  return { grid: contour.grid, data: uncropVoxels(kept.data, box, contour.grid.size) };
}

/** The box of what was left out of a contour, where that is a part of it that somebody should look at. */
export function leftBeside(contour: Mask, drawn: Mask): Box | undefined {
  const extent = boundingBox(contour);
  if (extent === undefined) return undefined;
  const [left, kept] = [cropMask(contour, extent), cropMask(drawn, extent)];
  const inside = countVoxels(left);
  for (let at = 0; at < left.data.length; at++) if (kept.data[at] === 1) left.data[at] = 0;
  if (countVoxels(left) < toldFrom * inside) return undefined;
  const box = boundingBox(left);
  const [i, j, k] = extent.from;
  return box && boxFrom([-i, -j, -k], box);
}

function partSeen(drawn: Mask, { data }: Confidence): number {
  let [inside, seen] = [0, 0];
  for (let at = 0; at < data.length; at++) {
    if (drawn.data[at] === 0) continue;
    inside++;
    if (data[at] >= insideFrom) seen++;
  }
  return seen / inside;
}

/** The geometric mean of both probabilities, the second's odds so scaled that its threshold is the first's. */
function agreement(first: Opinion, second: Opinion): Confidence {
  const bytes = Array.from({ length: certainByte + 1 }, (_, byte) => byte);
  const scale = odds(first.threshold) / odds(second.threshold);
  const ofSecond = bytes.map((byte) => {
    const scaled = scale * odds(probabilityOf(byte, second.threshold));
    return scaled / (1 + scaled);
  });
  const { threshold } = first;
  const tables = bytes.map((byte) => {
    const probability = probabilityOf(byte, threshold);
    return Uint8Array.from(ofSecond, (other) => toByte(Math.sqrt(probability * other), threshold));
  });
  const { grid, data } = first.confidence;
  return { grid, data: data.map((byte, at) => tables[byte][second.confidence.data[at]]) };
}

const odds = (probability: number): number => probability / (1 - probability);
