/** Contouring pauses while somebody opens a patient or waits for a region: who waits at the screen comes first. */
import type { FastifyInstance } from "fastify";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { routes } from "#contract/workspace/routes.ts";

const awaited: ReadonlySet<string> = new Set([
  routes.showCase.path,
  routes.openReview.path,
  routes.findRegion.path,
  byteRoutes.ct,
  byteRoutes.mask,
  byteRoutes.confidence,
]);

/** So long the browser works on what came before it asks for more, on the same processor perhaps. */
const lingerMs = 1000;

/** `hold` is told when the first such request comes, and a while after the last one was answered or given up. */
export function yieldToPeople(app: FastifyInstance, hold: (held: boolean) => void): void {
  let open = 0;
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onRequest", async (request, reply) => {
    if (!awaited.has(request.routeOptions.url ?? "")) return;
    clearTimeout(timer);
    if (open++ === 0) hold(true);
    reply.raw.once("close", () => {
      if (--open > 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => hold(false), lingerMs);
    });
  });
  app.addHook("preClose", async () => clearTimeout(timer));
}
