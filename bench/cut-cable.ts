/**
 * The service and a PACS as two network hosts with a cable between them that loses packets and is cut: a CT comes over it, its
 * contour and signed versions go back. Prints what was sent, how often it was tried, and when it was there.
 * `npm run bench cut-cable [VERSIONS]`; for root on Linux, with iproute2, iptables, DCMTK and Orthanc.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRandom } from "#core/random.ts";
import { dcmtk, openClinicServer } from "../test/pacs/clinic-server.ts";
import { startOrthanc } from "../test/pacs/orthanc.ts";
import { phantomFolder } from "../test/shared-inputs.ts";

const versions = Number(process.argv[2] ?? 5);
const loss = 0.2;
const namespace = "delineate-pacs";
const [ourAddress, theirAddress] = ["10.99.0.1", "10.99.0.2"];
const random = createRandom("cut-cable");

const run = (command: string): string => execFileSync("sh", ["-c", command], { encoding: "utf8" });
const quietly = (command: string): void => {
  try {
    run(`${command} 2>/dev/null`);
  } catch {
    // It was not there.
  }
};
/** Of every packet from there. */
const losing = `INPUT -s ${theirAddress} -m statistic --mode random --probability ${loss} -j DROP`;
const cable = (end: "up" | "down"): string => run(`ip link set delineate0 ${end}`);

function takeApart(): void {
  quietly(`iptables -D ${losing}`);
  quietly("ip link del delineate0");
  quietly(`ip netns del ${namespace}`);
}

takeApart();
run(`ip netns add ${namespace}
ip link add delineate0 type veth peer name delineate1
ip link set delineate1 netns ${namespace}
ip addr add ${ourAddress}/24 dev delineate0
ip link set delineate0 up
ip netns exec ${namespace} ip addr add ${theirAddress}/24 dev delineate1
ip netns exec ${namespace} ip link set delineate1 up
ip netns exec ${namespace} ip link set lo up`);
const folder = mkdtempSync(join(tmpdir(), "cut-cable-"));
const phantom = await phantomFolder(20, 128);
const orthanc = await startOrthanc({ dicomPort: 11113, host: { namespace, address: theirAddress } });
run(`iptables -A ${losing}`);
const server = await openClinicServer(
  join(folder, "data"),
  `aeTitle: DELINEATE
listener: { host: ${ourAddress}, port: 0, quietSeconds: 5, callers: [{ aeTitle: SCANNER, addresses: [${theirAddress}] }] }
peers: { pacs: { aeTitle: ${orthanc.aeTitle}, host: ${theirAddress}, port: ${orthanc.dicomPort} } }
rules: [{ name: all, when: { Modality: CT }, sendTo: [pacs] }]
`,
);
const deliveries = () => server.client.call("listDeliveries", {}, undefined);
const stored = async () => ((await orthanc.get("/instances")) as string[]).length;

try {
  const began = performance.now();
  const sending = ["storescu", "--scan-directories", "--aetitle", "SCANNER", "--call", "DELINEATE"];
  const args = ["netns", "exec", namespace, ...sending, ourAddress, String(server.port), join(phantom, "ct")];
  // A sender gives up when the line is dead; a scanner sends again.
  let sent = 0;
  do sent++;
  while ((await dcmtk("ip", args)).status !== 0 && sent < 20);
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${Math.round(100 * loss)} % of packets lost. The CT was there after ${seconds()} s, sent ${sent} times.`,
  );
  cable("down");
  for (;;) {
    const [delivery] = await deliveries();
    if ((delivery?.attempts ?? 0) >= 2) break;
    await pause(200);
  }
  console.log(
    `The cable was cut before the contour went out: tried ${(await deliveries())[0].attempts} times in vain.`,
  );
  cable("up");
  await arrived(1, "automatic contour");
  const [{ id: caseId }] = await server.client.call("listCases", {}, undefined);
  const opening = { start: "assisted", reviewer: "Ann", fresh: false } as const;
  const { id: reviewId } = await server.client.call("openReview", { caseId }, opening);
  for (let version = 1; version <= versions; version++) {
    const approval = { reviewer: "Ann", comment: "", unseenReason: "A trial." };
    await server.client.call("approve", { reviewId }, approval);
    // At once, or amid the transfer.
    await pause(random.integer(150));
    cable("down");
    await pause(1000 + random.integer(4000));
    cable("up");
    await arrived(version + 1, `version ${version}`);
    await server.client.call("reopen", { reviewId }, { reviewer: "Ann" });
  }
  console.log(
    `Orthanc has ${await stored()} instances, ${versions + 1} were to be sent; faults: ${server.faults.length}`,
  );
} finally {
  cable("up");
  await server.close();
  await orthanc.close();
  takeApart();
  for (const path of [folder, join(phantom, "..")]) rmSync(path, { recursive: true, force: true });
}

/** So many deliveries, the newest one being `label`, are there. */
async function arrived(count: number, label: string): Promise<void> {
  const from = performance.now();
  for (;;) {
    const all = await deliveries();
    const done = all.filter(({ state }) => state === "delivered");
    if (all.length === count && done.length === count) {
      const attempts = Math.max(...all.map((delivery) => delivery.attempts));
      const took = ((performance.now() - from) / 1000).toFixed(1);
      console.log(
        `${label}: there ${took} s after the cable was whole (attempts that failed so far, at most: ${attempts})`,
      );
      return;
    }
    await pause(200);
  }
}
