/** `delineate serve`, and `delineate start`, which is it with what most people want: what `npm start` runs. */
import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { researchUse } from "#contract/research-use.ts";
import { DelineateError } from "#core/errors.ts";
import type { OpenClinic } from "#pacs/open-clinic.ts";
import type { Clinic } from "#pacs/rules/clinic.ts";
import { readCertificate } from "#platform/certificate.ts";
import { aborted, interruptSignal } from "#platform/interrupt.ts";
import type { OpenServer } from "#workspace/http/open-server.ts";
import { databaseOption, decimalNumber, filesOption, logOption, wholeNumber } from "../arguments/options.ts";
import { reporter, say } from "../output.ts";

type Options = {
  data: string;
  port?: number;
  host: string;
  sample: boolean;
  open: boolean;
  structures?: string;
  tlsCertificate?: string;
  tlsKey?: string;
  publicUrl?: string;
  oidcIssuer?: string;
  oidcClient?: string;
  database?: string;
  files?: string;
  workers: number;
  config?: string;
  model?: string;
  quota?: number;
  log: "text" | "json";
};

/** The built page; `npm start` builds it. */
const page = fileURLToPath(new URL("../../../web/dist", import.meta.url));
const usualPort = 8042;
/** Of the usual port, others may be taken by servers of other folders. */
const furtherPorts = 20;

export function startVerb(command: Command): void {
  withOptions(command, usualPort)
    .option("--no-open", "open no browser")
    .addHelpText("after", "\nExamples:\n  $ npm start\n  $ delineate start --data /data/workspace")
    .action((options: Options) => orEnd(serve(options)));
}

export function serveVerb(command: Command): void {
  withOptions(command, usualPort)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate serve --data /data/workspace\n  $ delineate serve --port 0 --no-sample\n  $ delineate serve --structures clinic.json\n  $ delineate serve --config clinic.yaml\n  $ delineate serve --data /shared/workspace --database postgres://delineate@db/delineate --workers 0\n  $ delineate serve --data /var/lib/delineate --files s3://contours/clinic",
    )
    .action((options: Options) => orEnd(serve({ ...options, open: false })));
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
    .option(
      "--tls-certificate <FILE>",
      "PEM: the server's certificate, and those up to the root; with --tls-key",
    )
    .option("--tls-key <FILE>", "PEM: its private key")
    .option(
      "--public-url <URL>",
      "how browsers reach the server where that is not its own name: behind another server",
      webAddress,
    )
    .option(
      "--oidc-issuer <URL>",
      "service that says who people are (OpenID Connect); its secret for this program in DELINEATE_OIDC_SECRET",
      webAddress,
    )
    .option("--oidc-client <ID>", "what that service calls this program")
    .addOption(databaseOption())
    .addOption(filesOption())
    .option(
      "--workers <N>",
      "contour so many patients at once; 0: none, delineate worker does it",
      wholeNumber(0, 64),
      1,
    )
    .option(
      "--config <FILE>",
      "YAML of the clinic's network: DICOM listener, peers, rules (docs/clinic.md); delineate config check looks at it",
    )
    .option(
      "--model <NAME>",
      "a file in the models folder of the data folder: contours what no rule gives to another (default: the shipped model)",
    )
    .option(
      "--quota <GB>",
      "the most that the data folder may hold: beyond it nothing more is taken in (default: what the disk has room for)",
      decimalNumber(0.001, 1e9),
    )
    .addOption(logOption())
    .option("--no-sample", "no synthetic patient in an empty workspace");
}

/** What was begun before a failure, the sample patient for one, keeps the process alive for a minute in which it serves nobody. */
function orEnd(serving: Promise<void>): Promise<void> {
  // After the reason was told.
  return serving.finally(() => setImmediate(() => process.exit()));
}

async function serve({ open, config, quota, ...options }: Options): Promise<void> {
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
  const [tls, singleSignOn] = [await readTls(options), singleSignOnOf(options)];
  const clinic =
    config === undefined ? undefined : await (await import("#pacs/rules/read-clinic.ts")).readClinic(config);
  const server = await openServer({
    ...options,
    tls,
    singleSignOn,
    quotaBytes: quota === undefined ? undefined : quota * 1e9,
    rules: clinic?.rules,
    viewers: clinic?.viewers,
    metricsToken: process.env.DELINEATE_METRICS_TOKEN,
    data: resolve(data),
    port: port ?? usualPort,
    furtherPorts: port === undefined ? furtherPorts : 0,
    page: built ? page : undefined,
    onFault: report.fault,
    onRequest: (facts) => report.event("request", facts),
    onJob: (facts) => report.event("job", facts),
  });
  const network = clinic === undefined ? undefined : await openNetwork(clinic, server);
  report.event("started", { url: server.url });
  process.stdout.write(`Delineate is at ${server.url}\n${researchUse}\n`);
  if (open && hasDisplay()) openBrowser(server.url);
  await aborted(signal);
  await network?.close();
  await server.close();
  report.event("ended");
  // Handles of libraries may be open still; everything of ours is closed.
  process.exit(0);
}

/** Throws `usage` for one without the other and for a pair that is none, and what reading a file throws. */
async function readTls({ tlsCertificate, tlsKey }: Pick<Options, "tlsCertificate" | "tlsKey">) {
  if (tlsCertificate === undefined && tlsKey === undefined) return undefined;
  if (tlsCertificate === undefined || tlsKey === undefined)
    throw new DelineateError("usage", "--tls-certificate and --tls-key belong together: give both.");
  return readCertificate({ certificate: tlsCertificate, key: tlsKey }, "usage");
}

function webAddress(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("Expected an address such as https://contours.hospital.example.");
}

/** Throws `usage` for one without the others. */
function singleSignOnOf({ oidcIssuer, oidcClient }: Pick<Options, "oidcIssuer" | "oidcClient">) {
  const clientSecret = process.env.DELINEATE_OIDC_SECRET;
  if (oidcIssuer === undefined && oidcClient === undefined) return undefined;
  if (oidcIssuer === undefined || oidcClient === undefined || clientSecret === undefined)
    throw new DelineateError(
      "usage",
      "--oidc-issuer, --oidc-client and the variable DELINEATE_OIDC_SECRET belong together: give all three.",
    );
  return { issuer: oidcIssuer, clientId: oidcClient, clientSecret };
}

/** Ends the server where the network cannot be had. */
async function openNetwork(clinic: Clinic, server: OpenServer): Promise<OpenClinic> {
  const { openClinic } = await import("#pacs/open-clinic.ts");
  const { workspace, wake } = server;
  try {
    const network = await openClinic(clinic, { workspace, wake, log: say });
    say(`DICOM: ${clinic.aeTitle} listens on port ${network.port}${clinic.listener.tls ? " over TLS" : ""}.`);
    return network;
  } catch (error) {
    await server.close();
    throw error;
  }
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
