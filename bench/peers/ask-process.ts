/** A process that answers requests line by line, such as PyTorch's side of a bench: a name in, numbers out. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

type AskedProcess = {
  /** The numbers of its answer. Throws where it ended without one. */
  ask(request: string): Promise<number[]>;
  end(): void;
};

export function askProcess(program: string, args: readonly string[]): AskedProcess {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      child.stdin.write(`${request}\n`);
      const { done, value } = await answers.next();
      if (done === true) throw new Error(`${program} ${args[0]} ended without an answer`);
      return value.split(" ").map(Number);
    },
    end: () => child.stdin.end(),
  };
}

type PytorchWork = {
  readonly network: string;
  readonly size: number;
  readonly width: number;
  readonly batch: number;
  readonly accumulate: number;
  readonly threads: number;
};

/** Debian's python3-torch: `sudo apt-get install -y python3-torch`. Requests: bench/pytorch_step.py. */
export function askPytorch(work: PytorchWork): AskedProcess {
  const { network, size, width, batch, accumulate, threads } = work;
  return askProcess("/usr/bin/python3", [
    join(import.meta.dirname, "../pytorch_step.py"),
    network,
    ...[size, width, batch, accumulate, threads].map(String),
  ]);
}
