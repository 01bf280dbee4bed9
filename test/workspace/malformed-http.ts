/** Requests that break HTTP or ask for what there is not, by a seed. */
import { connect } from "node:net";
import { createRandom } from "#core/random.ts";

/** What a request line, a header and a body may hold that they should not; the same for the same seed. */
export function malformedRequest(seed: number, host: string): string {
  const random = createRandom(`http-abuse/${seed}`);
  /** Mostly the first of `values`, which is as it should be, so that other faults are reached. */
  const mostly = <T>(values: readonly T[]): T => (random.next() < 0.7 ? values[0] : random.pick(values));
  const noise = (length: number): string =>
    String.fromCharCode(...Array.from({ length }, () => random.integer(256)));
  const method = mostly([random.pick(["GET", "POST"]), "PUT", "DELETE", "BREW", "", noise(5)]);
  const path = random.pick([
    "/api/cases",
    "/api/session",
    "/api/study",
    "/api/cases/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/api/cases/%00",
    `/api/cases/${"a".repeat(random.integer(20_000))}`,
    "/api/uploads/x/file?path=../../x",
    `/api/cases?${noise(50)}`,
    "*",
    noise(30),
  ]);
  const version = mostly(["HTTP/1.1", "HTTP/9.9", "HTTP/1.0", ""]);
  const body = random.pick([
    "",
    "{",
    "{}",
    `[${"[".repeat(5000)}`,
    "5\r\nabc",
    "ffffffffff\r\n",
    noise(500),
    '{"__proto__":{"x":1}}',
  ]);
  const headers = [
    `Host: ${host}`,
    mostly([
      `Content-Length: ${body.length}`,
      "",
      "Content-Length: -1",
      "Content-Length: 99999999999",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
    ]),
    random.pick(["", "Content-Type: application/json", "Content-Type: text/plain", `Cookie: ${noise(200)}`]),
    mostly(["", `X-Long: ${"x".repeat(random.integer(30_000))}`, `Bad Name: ${noise(20)}`]),
  ].filter((header) => header !== "");
  return `${method} ${path} ${version}\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** Sends `text` and resolves with the first line of the answer, or "" where the server hung up without one. */
export function sendRaw(url: URL, text: string): Promise<string> {
  return new Promise((done) => {
    let line = "";
    const socket = connect(Number(url.port), url.hostname, () => socket.end(Buffer.from(text, "latin1")));
    socket.on("data", (bytes: Buffer) => {
      line ||= bytes.toString("latin1").split("\r\n", 1)[0];
      socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => done(line));
  });
}
