/** DICOM over TLS, both ways, by DCMTK's programs: who shows a certificate of the clinic's authority is heard, and nobody else. */
import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Certificate, makeAuthority, signedBy } from "../../test/pacs/certificates.ts";
import { clinicYaml, dcmtk, openClinicServer, stateCount, storescu } from "../../test/pacs/clinic-server.ts";
import { freePort } from "../../test/pacs/orthanc.ts";
import { phantomFolder } from "../../test/shared-inputs.ts";
import { findSeries } from "./dimse/find.ts";
import { listen } from "./dimse/listen.ts";
import type { StorageService } from "./dimse/serve-association.ts";
import { checkClinic } from "./rules/read-clinic.ts";
import { readIdentity } from "./rules/read-identity.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-"));
let hospital: Certificate;
let [scanner, planning, stranger]: Certificate[] = [];
let phantom: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  hospital = makeAuthority(folder, "hospital");
  const ofThisMachine = (name: string): Certificate => signedBy(hospital, folder, name, "IP:127.0.0.1");
  [scanner, planning] = ["scanner", "planning"].map(ofThisMachine);
  ofThisMachine("ours");
  stranger = signedBy(makeAuthority(folder, "elsewhere"), folder, "stranger", "IP:127.0.0.1");
  phantom = await phantomFolder(20, 128);
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
  vi.useRealTimers();
});
afterAll(() => {
  for (const made of [folder, join(phantom, "..")]) rmSync(made, { recursive: true, force: true });
});

const certificates = `tls: { certificate: ours.pem, key: ours-key.pem, authorities: hospital.pem }
`;
const overTls = ({ certificate, key }: Certificate): string[] => [
  ...["--enable-tls", key, certificate],
  ...["--add-cert-file", hospital.certificate],
];
const secureYaml = (more = ""): string =>
  clinicYaml(more + certificates.replaceAll(/[\w-]+\.pem/g, (name) => join(folder, name))).replace(
    "  callers:",
    "  tls: true\n  callers:",
  );

/** DCMTK's receiver; what comes lies in the folder. Resolves when it answers. */
async function storescp(certificate: Certificate | undefined): Promise<{ port: number; received: string }> {
  const port = await freePort();
  const received = join(folder, `received-${port}`);
  mkdirSync(received);
  const secure = certificate === undefined ? [] : overTls(certificate);
  const args = ["--aetitle", "TPS", "--output-directory", received, ...secure, String(port)];
  running.push(spawn("storescp", args, { stdio: "ignore" }));
  const echo = ["--call", "TPS", ...(certificate === undefined ? [] : overTls(scanner)), "-ic"];
  const answers = () =>
    dcmtk("echoscu", [...(certificate === undefined ? [] : echo), "127.0.0.1", String(port)]);
  await expect.poll(async () => (await answers()).status).toBe(0);
  return { port, received };
}

test("a CT comes over TLS, and its contour goes on over TLS", async () => {
  const { port, received } = await storescp(planning);
  const yaml = secureYaml(`peers:
  planning: { aeTitle: TPS, host: 127.0.0.1, port: ${port}, tls: true }
rules:
  - { name: every CT, when: { Modality: CT }, sendTo: [planning] }
`);
  const server = await openClinicServer(join(folder, "data"), yaml);
  try {
    const slices = readdirSync(join(phantom, "ct")).map((name) => join(phantom, "ct", name));
    await stateCount(slices);
    expect(await storescu(server.port, slices, overTls(scanner))).toMatchObject({ status: 0 });
    const deliveries = () => server.client.call("listDeliveries", {}, undefined);
    await expect.poll(async () => (await deliveries())[0]?.state, { timeout: 120_000 }).toBe("delivered");
    expect(readdirSync(received)).toEqual([expect.stringMatching(/^RS\./)]);

    const echo = (options: readonly string[]) =>
      dcmtk("echoscu", [
        ...["--aetitle", "SCANNER", "--call", "DELINEATE"],
        ...options,
        ...["127.0.0.1", String(server.port)],
      ]);
    const refused = [[], ["--anonymous-tls", "--ignore-peer-cert"], overTls(stranger)];
    for (const options of refused) expect((await echo(options)).status).not.toBe(0);
    await expect.poll(() => server.log.length, { timeout: 30_000 }).toBe(refused.length);
    for (const line of server.log)
      expect(line).toMatch(
        /^A connection from 127\.0\.0\.1 was refused: it (showed no certificate of our|did not begin TLS)/,
      );
    expect(await echo(overTls(scanner))).toEqual({ status: 0, output: "" });
  } finally {
    await server.close();
  }
});

test.each([
  ["of another machine", () => signedBy(hospital, folder, "moved", "DNS:tps.example"), "ALTNAME"],
  ["of another authority", () => stranger, "UNABLE_TO_VERIFY|SELF_SIGNED|ISSUER"],
  ["none at all", () => undefined, "EPROTO|ERR_SSL|ECONNRESET"],
])("a peer whose certificate is %s is asked nothing", async (_, certificate, code) => {
  const { clinic } = checkClinic(secureYaml());
  const identity = clinic && (await readIdentity(clinic));
  const { port } = await storescp(certificate());
  const peer = { aeTitle: "TPS", host: "127.0.0.1", port, identity };
  await expect(findSeries(peer, "DELINEATE", { PatientID: "1" })).rejects.toMatchObject({
    code: "peer-failed",
    message: expect.stringMatching(new RegExp(`^TPS at 127\\.0\\.0\\.1:${port}: .*\\((.*_)?(${code})`)),
  });
});

test("who connects and never begins TLS does not keep the service from ending", async () => {
  const { clinic } = checkClinic(secureYaml());
  const identity = clinic && (await readIdentity(clinic));
  const service: StorageService = {
    aeTitle: "DELINEATE",
    admits: () => true,
    classes: new Map(),
    store: async () => 0,
    onRefusal: () => undefined,
  };
  const addresses = new Set(["127.0.0.1"]);
  const forEver = 1e8;
  const listening = await listen({ host: "127.0.0.1", port: 0, addresses, identity }, service, forEver);
  const silent = connect({ host: "127.0.0.1", port: listening.port });
  const ended = once(silent, "close");
  await once(silent, "connect");
  await listening.close();
  await ended;
});

test("without the files of the certificates, or with other ones, nothing listens and nothing is sent", async () => {
  const [problem] = checkClinic(secureYaml().replace(/^tls: .*\n/m, "")).problems ?? [];
  expect(problem.message).toMatch(/^tls: the files of the certificates are needed/);
  const [unused] = checkClinic(secureYaml().replace("  tls: true\n", "")).problems ?? [];
  expect(unused.message).toMatch(/^tls: nothing speaks over TLS/);
  const identityOf = (change: (yaml: string) => string) => {
    const { clinic } = checkClinic(change(secureYaml()), folder);
    if (clinic === undefined) throw new Error("the configuration is none");
    return readIdentity(clinic);
  };
  await expect(identityOf((yaml) => yaml.replace("ours-key", "scanner-key"))).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringContaining("are no certificate with its private key"),
  });
  await expect(identityOf((yaml) => yaml.replace("hospital.pem", "hospital-key.pem"))).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringContaining("holds no certificate in PEM"),
  });
  const pem = readFileSync(hospital.certificate, "utf8");
  const authorities = async (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return identityOf((yaml) => yaml.replace("hospital.pem", name));
  };
  await expect(authorities("der.pem", new X509Certificate(pem).raw)).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringContaining("holds no certificate in PEM"),
  });
  await expect(authorities("cut.pem", pem + pem.slice(0, 400))).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringMatching(/^Certificate 2 of 2 in .*cut\.pem is damaged/),
  });
  expect(await authorities("two.pem", `# ours\n${pem}# the old one\n${pem}`)).toBeDefined();
  await expect(identityOf((yaml) => yaml.replace("hospital.pem", "gone.pem"))).rejects.toMatchObject({
    code: "file-not-found",
  });
  expect(await identityOf((yaml) => yaml.replaceAll(`${folder}/`, ""))).toBeDefined();
  const threeDaysOn = Date.now() + 3 * 24 * 3_600_000;
  vi.useFakeTimers({ now: threeDaysOn, toFake: ["Date"] });
  await expect(identityOf((yaml) => yaml)).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringMatching(/hospital\.pem is valid from .* and not today/),
  });
  vi.setSystemTime(new Date("2100-01-01"));
  await expect(identityOf((yaml) => yaml)).rejects.toMatchObject({
    code: "bad-configuration",
    message: expect.stringMatching(/ours\.pem is valid from .* and not today/),
  });
});
