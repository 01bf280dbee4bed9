// Runs a program in this one's place where Node.js cannot replace a process: streams, signals and the end are the child's.
// Plain JavaScript for old Nodes.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Never returns: ends this process as the child ends, by a signal with 128 and its number, as a shell does. */
export async function endAsChild(program, args) {
  const child = spawn(program, args, { stdio: "inherit" });
  // The terminal sends Ctrl-C to both processes: the child decides how to stop, this one waits for it.
  process.on("SIGINT", () => undefined);
  // A service manager or `kill` sends this to one process only.
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code, signal] = await new Promise((resolve) => child.on("exit", (...ends) => resolve(ends)));
  process.exit(code ?? 128 + constants.signals[signal]);
}
