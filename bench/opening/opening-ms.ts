/** How long a patient takes to open, by the requests of the page. */
import type { createClient } from "../../test/workspace/client.ts";

/** One opening as the page does it, in ms. */
export async function openingMs(client: ReturnType<typeof createClient>, caseId: string): Promise<number> {
  const before = performance.now();
  const { grid } = await client.call("showCase", { caseId }, undefined);
  const middle = grid.size[2] >> 1;
  const slices = Array.from({ length: 16 }, (_, at) => middle - 8 + at).join();
  await Promise.all([
    client.call("openReview", { caseId }, { start: "assisted", reviewer: "Bench", fresh: false }),
    client.bytes(`/api/cases/${caseId}/ct?slices=${slices}`),
  ]);
  return performance.now() - before;
}
