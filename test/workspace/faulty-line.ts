/** A line to an HTTP server that does harm: a proxy that passes requests on, until a test says what happens to the next ones. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** Of a request: an answer in the server's place, a line that breaks, or bytes that are lost on the way back or there. */
export type Harm =
  | { readonly kind: "answer"; readonly status: number }
  | { readonly kind: "break"; readonly afterBytes: number }
  /** The answer ends early, and says that this is all. */
  | { readonly kind: "cut-answer"; readonly bytes: number }
  /** One bit of the object is another. */
  | { readonly kind: "damage" }
  | { readonly kind: "wait"; readonly ms: number };

export type FaultyLine = {
  readonly endpoint: string;
  /** For the next `times` requests of that method whose address has `path` in it. */
  harm(
    harm: Harm,
    request: { readonly method: string; readonly path?: string; readonly times?: number },
  ): void;
  /** Methods and addresses of all requests so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
};

export async function openFaultyLine(target: string): Promise<FaultyLine> {
  const { hostname, port } = new URL(target);
  const requests: string[] = [];
  const waiting: { harm: Harm; method: string; path: string; times: number }[] = [];

  function next({ method, url = "" }: IncomingMessage): Harm | undefined {
    const fault = waiting.find(
      (candidate) => candidate.times > 0 && candidate.method === method && url.includes(candidate.path),
    );
    if (fault === undefined) return undefined;
    fault.times--;
    return fault.harm;
  }

  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    pass(incoming, outgoing, next(incoming));
  });

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, harm: Harm | undefined): void {
    if (harm?.kind === "answer") {
      incoming.resume();
      incoming.on("end", () => outgoing.writeHead(harm.status).end());
      return;
    }
    if (harm?.kind === "wait") {
      setTimeout(() => pass(incoming, outgoing, undefined), harm.ms);
      return;
    }
    const { method, url: path, headers } = incoming;
    // The name that was asked for is part of what is signed, and the server sees only that.
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => outgoing.destroy());
      answer.on("end", () => {
        let body: Buffer = Buffer.concat(chunks);
        if (harm?.kind === "cut-answer") body = body.subarray(0, harm.bytes);
        if (harm?.kind === "damage" && method === "GET") body = damaged(body);
        const { "transfer-encoding": _, ...passedHeaders } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, { ...passedHeaders, "content-length": body.length });
        if (harm?.kind === "break" && method === "GET") {
          outgoing.write(body.subarray(0, harm.afterBytes), () => outgoing.destroy());
        } else outgoing.end(body);
      });
    });
    onward.on("error", () => outgoing.destroy());
    let sent = 0;
    incoming.on("data", (chunk: Buffer) => {
      if (harm?.kind === "break" && method === "PUT" && sent + chunk.length > harm.afterBytes) {
        onward.write(chunk.subarray(0, harm.afterBytes - sent), () => {
          onward.destroy();
          incoming.destroy();
        });
        return;
      }
      onward.write(harm?.kind === "damage" && method === "PUT" && sent === 0 ? damaged(chunk) : chunk);
      sent += chunk.length;
    });
    incoming.on("end", () => onward.end());
    incoming.on("error", () => onward.destroy());
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    harm: (harm, { method, path = "", times = 1 }) => {
      waiting.push({ harm, method, path, times });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[copy.length >> 1] ^= 1;
  return copy;
}
