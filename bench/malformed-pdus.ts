/**
 * 10,000 conversations that break DICOM's upper layer, by seeds, against a listener with a spool on this disk: what is answered
 * afterwards, what memory it took. `npm run bench malformed-pdus [CONVERSATIONS]`
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { listen } from "#pacs/dimse/listen.ts";
import { openSpool } from "#pacs/listener/spool.ts";
import { malformedConversation, speak } from "../test/pacs/malformed.ts";

const conversations = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "malformed-"));
const spool = await openSpool(folder);
const counts = { stored: 0, refused: 0, aborted: 0 };
const listening = await listen(
  { host: "127.0.0.1", port: 0, addresses: new Set(["127.0.0.1"]) },
  {
    aeTitle: "DELINEATE",
    admits: () => true,
    classes: new Map([[ctImageStorage, new Set(["1.2.840.10008.1.2"])]]),
    store: async (instance) => {
      try {
        const identity = await spool.receive(
          instance,
          ({ sopInstanceUid }) => sopInstanceUid === instance.sopInstanceUid,
        );
        counts[identity === undefined ? "refused" : "stored"]++;
        return identity === undefined ? 0xa900 : 0;
      } catch (error) {
        if (!(error instanceof DelineateError)) throw error;
        counts.refused++;
        return 0xc000;
      }
    },
    onRefusal: () => counts.aborted++,
  },
);
const megabytes = (): string => `${Math.round(process.memoryUsage().rss / 1e6)} MB`;
console.log(`before: ${megabytes()}`);
const before = performance.now();
for (let seed = 0; seed < conversations; seed++) {
  await speak(listening.port, malformedConversation(seed));
  if ((seed + 1) % Math.ceil(conversations / 5) === 0)
    console.log(`${seed + 1}: ${megabytes()}, ${JSON.stringify(counts)}`);
}
console.log(`${Math.round(conversations / ((performance.now() - before) / 1000))} conversations per second`);
await listening.close();
const stored = readdirSync(join(folder, "series"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".dcm"),
);
console.log(
  `files in the spool: ${stored.length}; half received: ${readdirSync(join(folder, "incoming")).length}`,
);
rmSync(folder, { recursive: true, force: true });
