/** The workspace's server within the process of the tests, which is what most pages need of it. */
import { fileURLToPath } from "node:url";
import { type OpenServerOptions, openServer } from "#workspace/http/open-server.ts";
import { emptyWorkspace } from "../shared-inputs.ts";

export const builtPage = fileURLToPath(new URL("../../web/dist", import.meta.url));

export type OwnServer = Awaited<ReturnType<typeof serveInProcess>>;

/**
 * On `data` with the built page, unless `changed` says otherwise. A program of its own (launch.ts) costs the processor three times as much to start: here modules
 * and the database's WebAssembly are compiled already.
 */
export async function serveInProcess(data: string, changed: Partial<OpenServerOptions> = {}) {
  emptyWorkspace(data);
  const faults: unknown[] = [];
  const server = await openServer({
    ...{ data, host: "127.0.0.1", port: 0, page: builtPage, sample: false, checkAnswers: true },
    onFault: (fault) => faults.push(fault),
    ...changed,
  });
  return {
    ...server,
    faults,
    /** Throws what the server had of faults. */
    stop: async (): Promise<void> => {
      await server.close();
      if (faults.length > 0) throw new AggregateError(faults, "the server had faults");
    },
  };
}
