/** DCMTK's query/retrieve server as a PACS with files of its own; it sends to those whom it is told of alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dcmtk } from "./clinic-server.ts";
import { freePort } from "./orthanc.ts";

/** Resolves when it answers. `files`: what it has; `modalities`: ports on this machine by AE title. */
export async function startDcmqrscp(files: readonly string[], modalities: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), "dcmqrscp-"));
  const storage = join(folder, "storage");
  mkdirSync(storage);
  const port = await freePort();
  const hosts = Object.entries(modalities).map(
    ([aeTitle, at]) => `${aeTitle.toLowerCase()} = (${aeTitle}, 127.0.0.1, ${at})`,
  );
  writeFileSync(
    join(folder, "dcmqrscp.cfg"),
    `NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
${hosts.join("\n")}
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
QRSCP ${storage} RW (200, 1024mb) ANY
AETable END
`,
  );
  await dcmtk("dcmqridx", [storage, ...files]);
  const child = spawn("dcmqrscp", ["--config", join(folder, "dcmqrscp.cfg")], { stdio: "ignore" });
  const ended = once(child, "exit");
  const echo = () => dcmtk("echoscu", ["--call", "QRSCP", "127.0.0.1", String(port)]);
  while (child.exitCode === null && (await echo()).status !== 0)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    aeTitle: "QRSCP",
    dicomPort: port,
    close: async (): Promise<void> => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
