/**
 * An object store of a test's own: Debian's OpenStack Swift, one replica of everything on a temporary folder, asked by its S3
 * interface. It keeps what it acknowledged when it is killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { freePort } from "../pacs/orthanc.ts";

export type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

export type ObjectStoreServer = {
  readonly endpoint: string;
  /** Of one who owns the buckets, and of one who may do nothing. */
  readonly keys: Keys;
  readonly otherKeys: Keys;
  createBucket(): Promise<string>;
  /** Keys in a bucket, with the bytes of their objects. */
  objects(bucket: string): Promise<ReadonlyMap<string, Buffer>>;
  put(bucket: string, key: string, body: Uint8Array): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** kill -9 of all its processes. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const parts = ["account", "container", "object"] as const;

/** The only copy is asked again although it did not answer a moment ago; a busy machine may take its time. */
const middleware = `
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_clinic_delineate = secret-of-the-clinic .admin
user_clinic_nobody = secret-of-nobody
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
error_suppression_limit = 1000000
node_timeout = 60
conn_timeout = 10
`;

/** Resolves when it answers. */
export async function startObjectStore(): Promise<ObjectStoreServer> {
  const folder = mkdtempSync(join(tmpdir(), "swift-"));
  const ports = { account: await freePort(), container: await freePort(), object: await freePort() };
  const port = await freePort();
  mkdirSync(join(folder, "devices", "disk"), { recursive: true });
  const common = (bindPort: number): string =>
    `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${bindPort}\nworkers = 0\nuser = ${userInfo().username}\nswift_dir = ${folder}\ndevices = ${join(folder, "devices")}\nmount_check = false\n[pipeline:main]\npipeline =`;
  for (const part of parts)
    writeFileSync(
      join(folder, `${part}.conf`),
      `${common(ports[part])} ${part}-server\n[app:${part}-server]\nuse = egg:swift#${part}\n`,
    );
  const pipeline = "catch_errors cache s3api tempauth proxy-server";
  writeFileSync(join(folder, "proxy.conf"), `${common(port)} ${pipeline}\n${middleware}`);

  const endpoint = `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: "clinic:delineate", secretAccessKey: "secret-of-the-clinic" };
  const client = new AwsClient({ ...keys, service: "s3", region: "us-east-1", retries: 8 });
  // Python of Debian, whose packages Swift's are.
  const program = [join(import.meta.dirname, "object_store.py"), folder, JSON.stringify(ports)];
  const swift = spawn("/usr/bin/python3", program, { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: swift.stdout });
  const ended = once(swift, "exit").then(() =>
    Promise.reject(new Error("Swift ended; install it: npm test does, or says how")),
  );
  ended.catch(() => undefined);
  swift.stdin.on("error", () => undefined);

  async function tell(order: "start" | "kill"): Promise<void> {
    swift.stdin.write(`${order}\n`);
    await Promise.race([once(answers, "line"), ended]);
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await client.fetch(`${endpoint}/${path}`, init);
    if (!response.ok) throw new Error(`Swift answered ${response.status}: ${await response.text()}`);
    return response;
  }

  async function start(): Promise<void> {
    await tell("start");
    const isReady = async (): Promise<boolean> => {
      try {
        for (const part of parts) await fetch(`http://127.0.0.1:${ports[part]}/healthcheck`);
        await ask("");
        return true;
      } catch {
        return false;
      }
    };
    while (!(await Promise.race([isReady(), ended]))) await setTimeout(100);
  }

  await start();
  let buckets = 0;
  return {
    ...{ endpoint, keys, start },
    kill: () => tell("kill"),
    otherKeys: { accessKeyId: "clinic:nobody", secretAccessKey: "secret-of-nobody" },
    createBucket: async () => {
      const name = `bucket-${++buckets}`;
      await ask(name, { method: "PUT" });
      return name;
    },
    objects: async (bucket) => {
      const listed = await (await ask(`${bucket}?list-type=2`)).text();
      if (listed.includes("<IsTruncated>true")) throw new Error("more objects than are listed at once");
      const bodies = new Map<string, Buffer>();
      for (const [, key] of listed.matchAll(/<Key>([^<]+)<\/Key>/g))
        bodies.set(key, Buffer.from(await (await ask(`${bucket}/${key}`)).arrayBuffer()));
      return bodies;
    },
    put: async (bucket, key, body) => {
      await ask(`${bucket}/${key}`, { method: "PUT", body: Buffer.from(body) });
    },
    remove: async (bucket, key) => {
      await ask(`${bucket}/${key}`, { method: "DELETE" });
    },
    stop: async () => {
      swift.stdin.end();
      await ended.catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The variables by which the program finds the store; `endpoint` may be that of a line with faults. */
export function pointToStore({ accessKeyId, secretAccessKey }: Keys, endpoint: string): void {
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
  };
  Object.assign(process.env, variables);
}
