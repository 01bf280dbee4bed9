/** A server in this process with a phantom to import: for tests that look into its folder and count its faults. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import type { RequestFacts } from "#workspace/http/operations.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "./client.ts";
import { contouredWorkspace, onlyPatient } from "./patient.ts";
import { serveInProcess } from "./serve-in-process.ts";

export type PhantomServer = Awaited<ReturnType<typeof openPhantomServer>>;

type Options = {
  /** The clock of leases. */
  readonly nowMs?: () => number;
  /** The built page instead of an empty one. */
  readonly page?: string;
  /** A file of names, types and colours of structures. */
  readonly structures?: string;
  readonly metricsToken?: string;
  /** Origins whose pages may read DICOMweb. */
  readonly viewers?: readonly string[];
  /** Changes the data folder before it is served. */
  readonly prepare?: (data: string) => Promise<void>;
  /** The clock of sessions. */
  readonly now?: () => Date;
  /** Its CT is contoured and waits for review; with the phantom's structure set or without. Else nothing is imported. */
  readonly contoured?: "ct" | "ct-and-set";
  /** 0: nothing is read or contoured. */
  readonly workers?: number;
  readonly quotaBytes?: number;
  readonly onRequest?: (facts: RequestFacts) => void;
};

export async function openPhantomServer(seed: number, { contoured, prepare, ...options }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "server ü-"));
  const [data, page] = [join(folder, "data"), join(folder, "page")];
  if (contoured !== undefined) await contouredWorkspace(data, seed, contoured === "ct-and-set");
  await prepare?.(data);
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  const phantom = await phantomFolder(seed, 128);
  const server = await serveInProcess(data, { page, ...options });
  const client = createClient(server.url);
  return {
    folder,
    data,
    phantom,
    ct: await readCtFolder(join(phantom, "ct")),
    faults: server.faults,
    client,
    workspace: server.workspace,
    routes: server.routes,
    /** Of the contoured patient. */
    caseId: contoured === undefined ? "" : await onlyPatient(data),
    sameMask: async (caseId: string, a: string, b: string): Promise<boolean> =>
      Buffer.from(await client.mask(caseId, a)).equals(Buffer.from(await client.mask(caseId, b))),
    close: async (): Promise<void> => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(join(phantom, ".."), { recursive: true, force: true });
    },
  };
}
