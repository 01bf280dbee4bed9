/**
 * A running workspace: its folder opened, work that was cut off taken up, the server listening. And its end: what is going on
 * is given up as it is and goes on at the next start.
 */
import { createServer as createProbe } from "node:net";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { DelineateError } from "#core/errors.ts";
import { readStructureTemplate } from "#patients/structure-template.ts";
import { type Accounts, openAccounts } from "#workspace/accounts/accounts.ts";
import { createSingleSignOn, type SingleSignOnOptions } from "#workspace/accounts/single-sign-on.ts";
import { listCases } from "#workspace/records/cases.ts";
import { addSample } from "#workspace/records/sample.ts";
import { createRegionFinder } from "#workspace/reviews/regions.ts";
import { followWork } from "#workspace/work/follow-work.ts";
import type { JobFacts } from "#workspace/work/lane.ts";
import type { QueueTimes } from "#workspace/work/open-jobs.ts";
import { startRunner } from "#workspace/work/runner.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import type { ServedRoute } from "./access/access.ts";
import { namesOf } from "./access/guard.ts";
import { createServer, type ServerOptions } from "./create-server.ts";

export type OpenServerOptions = Omit<ServerOptions, "accounts"> & {
  readonly data: string;
  /** 0: any free one. */
  readonly port: number;
  /** If `port` is taken, the next free one of this many. */
  readonly furtherPorts?: number;
  /** The synthetic patient, into a folder without cases. */
  readonly sample: boolean;
  /** Name of a file in the models folder that contours what no rule gives to another; the shipped model if left out. */
  readonly model?: string | undefined;
  /** A file of names, types and colours of structures; the shipped one if left out. */
  readonly structures?: string | undefined;
  readonly onFault: (error: unknown) => void;
  /** Told of each attempt at a job of this process when it has ended. */
  readonly onJob?: ((facts: JobFacts) => void) | undefined;
  /** The clock of leases (reviews/leases.ts). */
  readonly nowMs?: () => number;
  /** The service that says who people are. */
  readonly singleSignOn?: Omit<SingleSignOnOptions, "answerUrl"> | undefined;
  /** The clock by which sessions end. */
  readonly now?: () => Date;
  /** Address of a PostgreSQL server's database (store/); without it the records are in the folder. */
  readonly database?: string | undefined;
  /** `s3://bucket/prefix` of an object store; without it the files are in the folder. */
  readonly files?: string | undefined;
  /** So many patients are contoured at once in this process; 0: none, workers do it. */
  readonly workers?: number;
  readonly times?: QueueTimes | undefined;
  /** The most that the data folder may hold: beyond it nothing more is taken in. */
  readonly quotaBytes?: number | undefined;
};

export type OpenServer = {
  readonly url: string;
  /** All that it answers to, and who may ask. */
  readonly routes: readonly ServedRoute[];
  readonly workspace: Workspace;
  /** There may be new work in the queue. */
  wake(): void;
  close(): Promise<void>;
};

/** Throws `usage` if no port is free or `host` cannot be served, and what reading the template of structures and opening the workspace throws. */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  // Asked before anything is open.
  namesOf(options.host);
  const port = await freePort(options);
  const { structures, nowMs, database, files, times, quotaBytes } = options;
  const template = structures === undefined ? undefined : await readStructureTemplate(structures);
  const opening = { modelId: options.model, template, nowMs, database, files, times, quotaBytes };
  const workspace = await openWorkspace(options.data, options.onFault, opening);
  const singleSignOn =
    options.singleSignOn &&
    createSingleSignOn({ ...options.singleSignOn, answerUrl: answerUrlOf(options, port) });
  const accounts = await openAccounts(workspace, { now: options.now, singleSignOn });
  const unfit = whyNotBeyond(options, accounts);
  if (unfit !== undefined) {
    await workspace.close();
    throw new DelineateError("usage", unfit);
  }
  const runner = startRunner(workspace, { contours: options.workers, onJob: options.onJob });
  const regions = createRegionFinder(workspace);
  let makingSample = false;
  const { app, routes } = createServer(
    workspace,
    { runner, regions },
    { ...options, accounts, makingSample: () => makingSample },
  );
  // A page whose stream ends opens it again, and looks at everything anew.
  const unfollow = followWork(workspace, () => workspace.feed.endStreams());
  const sampling = new AbortController();
  const close = async (): Promise<void> => {
    sampling.abort();
    await app.close();
    unfollow();
    await runner.close();
    await regions.close();
    await workspace.close();
  };
  try {
    const url = await app.listen({ host: options.host, port });
    runner.wake();
    if (options.sample && (await listCases(workspace)).length === 0) {
      // Not waited for, neither now nor when closing: a synthetic patient that is not finished is made anew.
      makingSample = true;
      addSample(workspace, sampling.signal)
        .catch((error: unknown) => {
          if (!sampling.signal.aborted) options.onFault(error);
        })
        .finally(() => {
          makingSample = false;
        });
    }
    return { url, routes: routes(), workspace, wake: runner.wake, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Why other machines may not reach this server; undefined where they may, or cannot. */
function whyNotBeyond({ host, tls, publicUrl }: OpenServerOptions, accounts: Accounts): string | undefined {
  const isHere = ["localhost", "127.0.0.1", "::1"].includes(host);
  if (isHere && publicUrl === undefined) return undefined;
  if (!accounts.required)
    return `At ${publicUrl ?? host} other machines reach the server, and this workspace has no accounts: make one with delineate user add, or leave --host and --public-url out.`;
  if (!isHere && tls === undefined)
    return `On ${host} other machines reach the server: passwords and patients would cross the network in the clear. Give --tls-certificate and --tls-key, or leave --host out and put a server with TLS before it (--public-url).`;
  return undefined;
}

/** Where the other service sends browsers back to. */
function answerUrlOf({ publicUrl, tls, host }: OpenServerOptions, port: number): string {
  const ownUrl = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
  return new URL(byteRoutes.singleSignOnAnswer, publicUrl ?? ownUrl).href;
}

async function freePort({ host, port, furtherPorts = 0 }: OpenServerOptions): Promise<number> {
  for (let candidate = port; candidate <= port + furtherPorts; candidate++) {
    if (candidate === 0 || (await isFree(host, candidate))) return candidate;
  }
  const range = furtherPorts === 0 ? `Port ${port} is` : `Ports ${port} to ${port + furtherPorts} are`;
  throw new DelineateError("usage", `${range} taken or not allowed. Choose another with --port.`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createProbe();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  });
}
