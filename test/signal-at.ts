/** Ends a program at a moment of its own work, which no test that watches it from outside meets on a busy machine. */

/** Options of Node.js for a program that sends itself the signal, or its parent, as soon as a file of that name is in its place. */
export function signalAt(
  file: string,
  signal: NodeJS.Signals,
  target: "pid" | "ppid" = "pid",
): readonly string[] {
  const script = `import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    const { rename } = fs;
    fs.rename = async (from, to) => {
      await rename(from, to);
      if (!to.endsWith(${JSON.stringify(file)})) return;
      fs.rename = rename;
      syncBuiltinESMExports();
      process.kill(process.${target}, ${JSON.stringify(signal)});
    };
    syncBuiltinESMExports();`;
  return ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
}
