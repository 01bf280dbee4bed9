/**
 * Where a tumour ends, by two networks. One that learnt from patients takes the consolidation beside a tumour along: it looks the same.
 * One that learnt from phantoms alone misses many tumours; where it sees one it sees less of what lies round it. So the first finds and
 * draws the tumour, and where the second sees half of that or more, the tumour is drawn once more from what both see; what comes of the two
 * borders: casting-vote.ts. Measured: docs/decisions/0046-a-second-opinion.md.
 */
import { type Confidence, certainByte, insideFrom, probabilityOf, toByte } from "#geometry/confidence.ts";
import { type Box, cropMask, growBox, uncropVoxels } from "#geometry/crop.ts";
import { voxelVolumeCc } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { boxOfRuns, partOfRuns, type Runs, voxelsOfRuns } from "#geometry/regions/runs.ts";
import { smallCc } from "./closer-look.ts";

/** What a network sees, and the threshold that its confidence was made with. */
export type Opinion = { readonly confidence: Confidence; readonly threshold: number };

/** The other network's, at least in the box. */
export type AskSecond = (box: Box) => Promise<Opinion>;

/** How far beyond the contour it is asked about. */
const roundMm = 10;
/** Of the contour. A network that sees less of it has missed the tumour and says nothing of its border. */
const leastSeen = 0.5;

/** What both see, by the first's threshold, and what the second sees alone, by its own. */
type Agreement = { readonly both: Confidence; readonly second: Confidence };

/**
 * What both are sure of by the geometric mean of their probabilities, round a contour of the first's and nowhere else; undefined where the
 * contour is small (closer-look.ts), or the second does not see it. The first's threshold is that of both.
 */
export async function seenByBoth(
  contour: Runs,
  first: Opinion,
  askSecond: AskSecond,
): Promise<Agreement | undefined> {
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
  return { both: { grid, data: uncropVoxels(both.data, box, grid.size) }, second: second.confidence };
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
