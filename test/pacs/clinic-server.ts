/** A service with a DICOM listener in this process, and DCMTK's tools to call it: for tests that look into its folders. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openClinic } from "#pacs/open-clinic.ts";
import { checkClinic } from "#pacs/rules/read-clinic.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { emptyWorkspace } from "../shared-inputs.ts";
import { createClient } from "../workspace/client.ts";

export type ClinicServer = Awaited<ReturnType<typeof openClinicServer>>;

/** `yaml`: the configuration; a first retry of `firstRetryMs`; `quotaBytes`: of the data folder. */
export async function openClinicServer(
  data: string,
  yaml: string,
  { firstRetryMs = 200, quotaBytes }: { readonly firstRetryMs?: number; readonly quotaBytes?: number } = {},
) {
  emptyWorkspace(data);
  const faults: unknown[] = [];
  const log: string[] = [];
  const { clinic, problems } = checkClinic(yaml);
  if (clinic === undefined)
    throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  const server = await openServer({
    data,
    host: "127.0.0.1",
    port: 0,
    sample: false,
    quotaBytes,
    viewers: clinic.viewers,
    checkAnswers: true,
    onFault: (fault) => faults.push(fault),
  });
  const { workspace, wake } = server;
  const network = await openClinic(clinic, {
    workspace,
    wake,
    log: (line) => log.push(line),
    firstRetryMs,
  });
  return {
    workspace,
    port: network.port,
    client: createClient(server.url),
    faults,
    /** What the service says to its log. */
    log,
    spool: join(data, "spool"),
    close: async (): Promise<void> => {
      await network.close();
      await server.close();
    },
  };
}

/** The listener of tests: `callers` may call from this machine. A busy machine may pause for seconds between two images. */
export function clinicYaml(more = "", { port = 0, quietSeconds = 5, callers = ["SCANNER"] } = {}): string {
  return `aeTitle: DELINEATE
listener:
  host: 127.0.0.1
  port: ${port}
  quietSeconds: ${quietSeconds}
  callers:
${callers
  .map(
    (aeTitle) => `    - { aeTitle: ${aeTitle}, addresses: [127.0.0.1] }
`,
  )
  .join("")}${more}`;
}

/** One of DCMTK's programs; what it said, and its exit code. */
export async function dcmtk(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("latin1");
    });
  const [status] = await once(child, "close");
  return { status: status as number | null, output };
}

/** Has the slices of a series say how many they are, as a PACS does: it is complete with its last image, however long a busy machine pauses. */
export async function stateCount(slices: readonly string[]): Promise<void> {
  await dcmtk("dcmodify", ["--no-backup", "--insert", `(0020,1209)=${slices.length}`, ...slices]);
}

/** storescu: sends files and folders, in one association. */
export function storescu(port: number, paths: readonly string[], options: readonly string[] = []) {
  return dcmtk("storescu", [
    ...["--scan-directories", "--recurse", "--aetitle", "SCANNER", "--call", "DELINEATE"],
    ...options,
    ...["127.0.0.1", String(port), ...paths],
  ]);
}
