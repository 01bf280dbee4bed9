/** The processes of a workspace under load: one service and its workers, each started again when it was killed. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export type Member = {
  /** A trainer takes parts of experiments and needs no data folder. */
  readonly role: "service" | "worker" | "trainer";
  readonly data: string;
  readonly database: string;
  /** Address of an object store (object-store-server.ts, `pointToStore`). */
  readonly files?: string | undefined;
  /** Of the service; 0: any. */
  readonly port: number;
  /** Of the service's DICOM listener; none if left out. */
  readonly dicomPort?: number | undefined;
};

/** What a member tells the process that started it. */
export type MemberMessage = { readonly ready: string } | { readonly fault: string };

/** The shortest that the queue allows, so that a test can wait for them. */
export const shortTimes = { lostAfterSeconds: 10, lookEverySeconds: 1, pauseSeconds: 1 } as const;

export type Process = {
  /** Of the service. */
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  end(): Promise<number | null>;
  /** Until it has ended. */
  ended(): Promise<unknown>;
};

const module = new URL("./member.worker.ts", import.meta.url);

/**
 * Resolves when it is ready; tells `onFault` what it calls a fault of the program. Rejects if it ends before. `node`: options of Node.js,
 * also for the processes that it starts.
 */
export async function startMember(
  member: Member,
  onFault: (fault: string) => void,
  node: readonly string[] = [],
): Promise<Process> {
  const child: ChildProcess = fork(module, [JSON.stringify(member)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: [process.env.NODE_OPTIONS, ...node].join(" ") },
  });
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.on("message", (message: MemberMessage) => {
      if ("ready" in message) resolve(message.ready);
      else onFault(message.fault);
    });
    child.once("exit", (code) => reject(new Error(`a ${member.role} ended with code ${code} at its start`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await ended;
    return code;
  };
  return {
    url,
    kill: async () => {
      await end("SIGKILL");
    },
    end: () => end("SIGTERM"),
    ended: () => ended,
  };
}
