/** The stream of events (server-sent events, HTML living standard 9.2): each change of a case or a review to every open page. */
import type { FastifyInstance } from "fastify";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { Feed } from "#workspace/records/feed.ts";
import type { StillSignedIn } from "./access/access.ts";
import { ruleOfBytes } from "./routes.ts";

/** A comment this often keeps the connection from being taken for dead. */
const heartbeatMs = 15_000;

type Events = {
  readonly feed: Feed;
  readonly stillSignedIn: StillSignedIn;
  /** A page looks at the workspace. */
  onLook(): void;
};

/** Streams end with the server: an open one would keep it from closing. And with the session of who reads them. */
export function registerEvents(app: FastifyInstance, { feed, stillSignedIn, onLook }: Events): void {
  // It has no end: asked for its headers alone it would never answer.
  app.get(byteRoutes.events, { config: ruleOfBytes("events"), exposeHeadRoute: false }, (request, reply) => {
    reply.hijack();
    const stream = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) stream.setHeader(name, value);
    stream.setHeader("content-type", "text/event-stream");
    stream.write(": connected\n\n");
    onLook();
    const unsubscribe = feed.subscribe(
      ({ type, data }) => stream.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
      () => end(),
    );
    const beat = async (): Promise<void> => {
      if (await stillSignedIn(request)) stream.write(": still here\n\n");
      else end();
    };
    const heartbeat = setInterval(() => void beat().catch(() => end()), heartbeatMs);
    const end = (): void => {
      clearInterval(heartbeat);
      unsubscribe();
      stream.end();
    };
    stream.on("error", end);
    request.raw.on("close", end);
  });
  app.addHook("preClose", async () => feed.endStreams());
}
