import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

/** Their tests start processes, browsers, servers or trainings. */
const ofPrograms = ["src/{engine,training,experiment,workspace,pacs,cli}/**/*.test.ts", "test/**/*.test.ts"];
/** They put something of their own in place of Node.js's modules or of the environment, which would stay for the files after them. */
const alone = [
  "src/pacs/listener/spool.test.ts",
  "src/workspace/http/access/guard.test.ts",
  "test/webgpu/webgpu.test.ts",
];

/** Node.js imports them by itself, as it does the program: nothing is transformed, and a name that is imported is no property. */
const natively = { viteModuleRunner: false, nodeLoader: false } as const;

export default defineConfig({
  test: {
    reporters: ["default", new ClosingLine()],
    setupFiles: "test/equal-bytes.ts",
    // What hangs ends at last; nothing slower than that fails for being slow, on a machine that is busy with other work.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 300_000 } },
    // The engine's tests use both cores of a small machine by themselves; those of processes and browsers mostly wait.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: { name: "alone", include: alone },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: ofPrograms,
          exclude: alone,
          experimental: natively,
          globalSetup: "test/shared-inputs.ts",
          // One after another in a process they share what they import and what was compiled of it, the database's WebAssembly
          // too: with a process to each file the tests of the server take twice as much of the processor.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "values",
          include: ["src/**/*.test.ts"],
          exclude: ofPrograms,
          experimental: natively,
          // Values in, values out: they share what they import, which would take longer than most of them.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "page", include: ["web/src/**/*.test.{ts,tsx}"], isolate: false },
      },
    ],
  },
});
