/**
 * A PostgreSQL server of a test's own: Debian's programs on a cluster in a temporary folder, reached by a socket there. Not
 * safe against a power cut, so that it is quick.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";

const versions = "/usr/lib/postgresql";
const run = promisify(execFile);

export type PostgresServer = {
  /** A new database's address. */
  createDatabase(): Promise<string>;
  /** As the server's administrator. */
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /** Ends at once, as if the machine were switched off, and starts again. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** It refuses to be run by root: then it is run by the user whom its package made. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = statSync("/var/lib/postgresql");
  return { uid, gid };
}

export async function startPostgres(): Promise<PostgresServer> {
  const [newest] = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  const programs = join(versions, newest, "bin");
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const user = owner();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const cluster = join(folder, "cluster");
  const options = { ...user, cwd: folder };
  const initial = ["-D", cluster, "-U", "delineate", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
  await run(join(programs, "initdb"), initial, options);

  const addressOf = (database: string): string =>
    `postgres://delineate@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    fsync: "off",
    // What no commit wrote is forgotten in a crash.
    wal_writer_delay: "10s",
    max_connections: "300",
  };
  let server: ChildProcess;
  let admin: pg.Pool;

  async function start(): Promise<void> {
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    server = spawn(join(programs, "postgres"), ["-D", cluster, ...args], { ...options, stdio: "ignore" });
    const ended = once(server, "exit").then(() => Promise.reject(new Error("the PostgreSQL server ended")));
    ended.catch(() => undefined);
    admin = new pg.Pool({ connectionString: addressOf("postgres"), max: 2 });
    admin.on("error", () => undefined);
    const ready = async (): Promise<void> => {
      while (!existsSync(join(folder, ".s.PGSQL.5432"))) await setTimeout(50);
      while (
        !(await admin.query("select 1").then(
          () => true,
          () => false,
        ))
      )
        await setTimeout(50);
    };
    await Promise.race([ready(), ended]);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    await admin.end();
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  }

  await start();
  let databases = 0;
  return {
    start,
    createDatabase: async () => {
      const name = `workspace${++databases}`;
      await admin.query(`create database ${name}`);
      return addressOf(name);
    },
    query: (text, values) => admin.query(text, [...(values ?? [])]),
    // Its children end by themselves when they find it gone, and the files are as after a crash.
    crash: () => end("SIGQUIT"),
    stop: async () => {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
