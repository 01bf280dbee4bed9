/** `delineate serve`, and `delineate start`, which is it with what most people want: what `npm start` runs. */
import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { researchUse } from "#contract/research-use.ts";
import { DelineateError } from "#core/errors.ts";
import { aborted, interruptSignal } from "#platform/interrupt.ts";
import { databaseOption, logOption, wholeNumber } from "../arguments/options.ts";
import { reporter, say } from "../output.ts";

type Options = {
  data: string;
  port?: number;
  host: string;
  sample: boolean;
  open: boolean;
  structures?: string;
  database?: string;
  workers: number;
  log: "text" | "json";
};

/** The built page; `npm start` builds it. */
const page = fileURLToPath(new URL("../../../web/dist", import.meta.url));
const usualPort = 8042;
/** Of the usual port, others may be taken by servers of other folders. */
const furtherPorts = 20;

export function startVerb(command: Command): void {
  withOptions(command, usualPort)
    .addHelpText("after", "\nExamples:\n  $ npm start\n  $ delineate start --data /data/workspace")
    .action((options: Options) => serve(options));
}

export function serveVerb(command: Command): void {
  withOptions(command, usualPort)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate serve --data /data/workspace\n  $ delineate serve --port 0 --no-sample\n  $ delineate serve --structures clinic.json\n  $ delineate serve --data /shared/workspace --database postgres://delineate@db/delineate --workers 0",
    )
    .action((options: Options) => serve({ ...options, open: false }));
}

function withOptions(command: Command, port: number): Command {
  return command
    .option("--data <DIR>", "folder of the workspace: cases, contours, reviews", "workspace")
    .option(
      "--port <N>",
      `port to listen on; 0: any free one (default: ${port}, or the next free one)`,
      wholeNumber(0, 65535),
    )
    .option(
      "--host <H>",
      "name or address to listen on; any but the default admits other machines",
      "127.0.0.1",
    )
    .option(
      "--structures <FILE>",
      "JSON with the names, types and colours that structures are offered (default: templates/lung.json, TG-263)",
    )
    .addOption(databaseOption())
    .option(
      "--workers <N>",
      "contour so many patients at once; 0: none, delineate worker does it",
      wholeNumber(0, 64),
      1,
    )
    .addOption(logOption())
    .option("--no-sample", "no synthetic patient in an empty workspace")
    .option("--no-open", "open no browser");
}

async function serve({ open, ...options }: Options): Promise<void> {
  const { data, port, workers, database } = options;
  const report = reporter(options.log);
  if (workers === 0 && database === undefined)
    throw new DelineateError(
      "usage",
      "With --workers 0 nobody contours: name a --database that workers share.",
    );
  const signal = interruptSignal("Stopping; what is going on is taken up at the next start.");
  const built = await stat(join(page, "index.html")).then(
    () => true,
    () => false,
  );
  if (!built) say("The page is not built, only the requests are served: run npm start once.");
  // Here, not above: the database and the server would slow the help.
  const { openServer } = await import("#workspace/http/open-server.ts");
  const server = await openServer({
    ...options,
    data: resolve(data),
    port: port ?? usualPort,
    furtherPorts: port === undefined ? furtherPorts : 0,
    page: built ? page : undefined,
    onFault: report.fault,
    onRequest: (facts) => report.event("request", facts),
  });
  report.event("started", { url: server.url });
  process.stdout.write(`Delineate is at ${server.url}\n${researchUse}\n`);
  if (open && hasDisplay()) openBrowser(server.url);
  await aborted(signal);
  await server.close();
  report.event("ended");
  // Handles of libraries may be open still; everything of ours is closed.
  process.exit(0);
}

function hasDisplay(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI !== undefined) return false;
  return process.platform !== "linux" || DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined;
}

/** The address was printed: a browser that cannot be opened is no failure. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === "win32"
      ? ["cmd", "/c", "start", "", url]
      : [process.platform === "darwin" ? "open" : "xdg-open", url];
  spawn(program, args, { stdio: "ignore", detached: true })
    .on("error", () => say("No browser could be opened: open the address by hand."))
    .unref();
}
