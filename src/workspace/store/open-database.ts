/** Opens the workspace's database wherever it is: in a folder, or on a PostgreSQL server. */
import type { Database } from "#workspace/records/database.ts";

/** A worker makes two transactions at most at a time, and there may be a hundred workers to a server. */
const connectionsOf = { service: 8, worker: 2 } as const;

/** What a process is to its workspace: there is one service, and any number of workers. */
export type Role = keyof typeof connectionsOf;

/** `postgres://...` is a server, anything else a folder. Throws what opening it throws (embedded.ts, server.ts). */
export async function openDatabase(place: string, role: Role = "service"): Promise<Database> {
  // Loaded when needed: each takes a fraction of a second.
  if (!isServer(place)) return (await import("./embedded.ts")).openEmbedded(place);
  const { openServerDatabase } = await import("./server.ts");
  return openServerDatabase(place, { connections: connectionsOf[role], alone: role === "service" });
}

function isServer(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}
