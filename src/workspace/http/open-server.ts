/**
 * A running workspace: its folder opened, work that was cut off taken up, the server listening. And its end: what is going on
 * is given up as it is and goes on at the next start.
 */
import { createServer as createProbe } from "node:net";
import { DelineateError } from "#core/errors.ts";
import { readStructureTemplate } from "#patients/structure-template.ts";
import { listCases } from "#workspace/records/cases.ts";
import { addSample } from "#workspace/records/sample.ts";
import { createRegionFinder } from "#workspace/reviews/regions.ts";
import { startRunner } from "#workspace/work/runner.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { createServer, type ServerOptions } from "./create-server.ts";

export type OpenServerOptions = ServerOptions & {
  readonly data: string;
  /** 0: any free one. */
  readonly port: number;
  /** If `port` is taken, the next free one of this many. */
  readonly furtherPorts?: number;
  /** The synthetic patient, into a folder without cases. */
  readonly sample: boolean;
  /** A file of names, types and colours of structures; the shipped one if left out. */
  readonly structures?: string | undefined;
  readonly onFault: (error: unknown) => void;
  /** The clock of leases (reviews/leases.ts). */
  readonly nowMs?: () => number;
};

export type OpenServer = {
  readonly url: string;
  readonly workspace: Workspace;
  /** There may be new work in the queue. */
  wake(): void;
  close(): Promise<void>;
};

/** Throws `folder-in-use`, `usage` if no port is free, and what reading the template of structures throws. */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  const port = await freePort(options);
  const { structures, nowMs } = options;
  const template = structures === undefined ? undefined : await readStructureTemplate(structures);
  const workspace = await openWorkspace(options.data, options.onFault, { template, nowMs });
  const runner = startRunner(workspace);
  const regions = createRegionFinder(workspace);
  let makingSample = false;
  const app = createServer(workspace, { runner, regions }, { ...options, makingSample: () => makingSample });
  const sampling = new AbortController();
  const close = async (): Promise<void> => {
    sampling.abort();
    await app.close();
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
        .then(
          () => runner.wake(),
          (error: unknown) => {
            if (!sampling.signal.aborted) options.onFault(error);
          },
        )
        .finally(() => {
          makingSample = false;
        });
    }
    return { url, workspace, wake: runner.wake, close };
  } catch (error) {
    await close();
    throw error;
  }
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
