/** Debian's Orthanc as a PACS and planning system beside the service: ports and storage of its own, without access control. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Orthanc = {
  readonly aeTitle: string;
  readonly dicomPort: number;
  readonly webUrl: string;
  /** Of its REST interface; the answer's JSON. */
  get(path: string): Promise<unknown>;
  /** The same, with something in it. */
  post(path: string, body: unknown): Promise<unknown>;
  /** A file that it keeps. */
  file(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
};

type OrthancOptions = {
  /** A free one if left out; a test that starts it later says which. */
  readonly dicomPort?: number;
  /** Answers over DICOMweb too, and lets in this user alone. */
  readonly web?: { readonly username: string; readonly password: string };
  /** A network host of its own (`ip netns`), and its address there. */
  readonly host?: { readonly namespace: string; readonly address: string };
  /** Whom it answers C-FIND and C-MOVE, and where on this machine it sends what they ask for: ports by AE title. */
  readonly modalities?: Readonly<Record<string, number>>;
  /** Whom it asks over DICOMweb: address, user and password by name. */
  readonly webServers?: Readonly<Record<string, readonly [string, string, string]>>;
};

/** Resolves when it answers. */
export async function startOrthanc({
  dicomPort,
  host,
  web,
  modalities = {},
  webServers = {},
}: OrthancOptions = {}): Promise<Orthanc> {
  const folder = mkdtempSync(join(tmpdir(), "orthanc-"));
  const [dicom, http] = [dicomPort ?? (await freePort()), await freePort()];
  writeFileSync(
    join(folder, "orthanc.json"),
    JSON.stringify({
      Name: "Planning",
      DicomAet: "PLANNING",
      DicomPort: dicom,
      HttpPort: http,
      StorageDirectory: join(folder, "storage"),
      IndexDirectory: join(folder, "storage"),
      AuthenticationEnabled: web !== undefined,
      RegisteredUsers: web === undefined ? {} : { [web.username]: web.password },
      RemoteAccessAllowed: host !== undefined,
      DicomModalities: Object.fromEntries(
        Object.entries(modalities).map(([aeTitle, port]) => [
          aeTitle.toLowerCase(),
          [aeTitle, "127.0.0.1", port],
        ]),
      ),
      DicomWeb: { Servers: webServers },
      // It waits for who answers late on a busy machine.
      DicomScuTimeout: 300,
      DicomScpTimeout: 300,
      // So that what was received is given back byte for byte.
      StorageCompression: false,
      Plugins: web === undefined ? [] : ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
    }),
  );
  const command = ["/usr/sbin/Orthanc", join(folder, "orthanc.json")];
  const [program, ...args] =
    host === undefined ? command : ["ip", "netns", "exec", host.namespace, ...command];
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  const base = `http://${host?.address ?? "127.0.0.1"}:${http}`;
  const basic = web && Buffer.from(`${web.username}:${web.password}`).toString("base64");
  const headers: Record<string, string> = basic === undefined ? {} : { authorization: `Basic ${basic}` };
  const answer = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(base + path, { headers, ...init });
    if (!response.ok) throw new Error(`Orthanc: ${path}: ${response.status}`);
    return response;
  };
  while (
    child.exitCode === null &&
    !(await answer("/system").then(
      () => true,
      () => false,
    ))
  )
    await new Promise((resolve) => setTimeout(resolve, 100));
  if (child.exitCode !== null)
    throw new Error("Orthanc ended at once; install it: sudo apt-get install -y orthanc");
  return {
    aeTitle: "PLANNING",
    dicomPort: dicom,
    webUrl: `${base}/dicom-web`,
    get: async (path) => (await answer(path)).json(),
    post: async (path, body) => (await answer(path, { method: "POST", body: JSON.stringify(body) })).json(),
    file: async (path) => new Uint8Array(await (await answer(path)).arrayBuffer()),
    close: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Free a moment ago, on this machine. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
