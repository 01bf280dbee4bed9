/** The launchers pass on what ends them: under an older Node.js `delineate` is a child of the process that was started. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

const launcher = join(import.meta.dirname, "../scripts/pack/end-as-child.mjs");

/** A launcher whose child runs `script`; resolves once the child has printed its first line, with that line. */
async function launch(script: string): Promise<{ readonly parent: ChildProcess; readonly line: string }> {
  const call = `import(${JSON.stringify(launcher)}).then((launcher) => launcher.endAsChild(process.execPath, ["-e", ${JSON.stringify(script)}]))`;
  const parent = spawn(process.execPath, ["-e", call], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = await once(parent.stdout, "data");
  return { parent, line: String(chunk).trim() };
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("SIGTERM reaches the child, which ends as it wants to", async () => {
  const { parent, line } = await launch(
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => undefined, 1000); console.log(process.pid);",
  );
  parent.kill("SIGTERM");
  const [code] = await once(parent, "exit");
  expect([code, alive(Number(line))]).toEqual([7, false]);
});

test("a child that dies by a signal ends the launcher with 128 and the signal's number", async () => {
  const { parent } = await launch("setInterval(() => undefined, 1000); console.log(process.pid);");
  parent.kill("SIGTERM");
  expect((await once(parent, "exit"))[0]).toBe(128 + 15);
});

test("a child's own end is the launcher's", async () => {
  const { parent } = await launch("console.log('begun'); process.exitCode = 3;");
  expect((await once(parent, "exit"))[0]).toBe(3);
});
