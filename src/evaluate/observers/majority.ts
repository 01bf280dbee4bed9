/** The majority of several observers: a voxel is inside that more than half of them contoured. */
import { emptyMask, type Mask } from "#geometry/mask.ts";

/**
 * All masks lie on one grid, at least one of them. A tie is no majority: of two observers the consensus is what both
 * contoured.
 */
export function majorityConsensus(masks: readonly Mask[]): Mask {
  const consensus = emptyMask(masks[0].grid);
  for (let at = 0; at < consensus.data.length; at++) {
    let votes = 0;
    for (const { data } of masks) votes += data[at];
    consensus.data[at] = 2 * votes > masks.length ? 1 : 0;
  }
  return consensus;
}
