import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

/** Their tests start processes, browsers, servers or trainings: each file has a process of its own. */
const ofPrograms = ["src/{engine,training,experiment,workspace,pacs,cli}/**/*.test.ts", "test/**/*.test.ts"];

export default defineConfig({
  test: {
    reporters: ["default", new ClosingLine()],
    // What hangs ends at last; nothing slower than that fails for being slow, on a machine that is busy with other work.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000 } },
    // The engine's tests use both cores of a small machine by themselves; those of processes and browsers mostly wait.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: { name: "programs", include: ofPrograms, globalSetup: "test/shared-inputs.ts" },
      },
      {
        extends: true,
        test: {
          name: "values",
          include: ["src/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
          exclude: ofPrograms,
          // Values in, values out: they share what they import, which would take longer than most of them.
          isolate: false,
        },
      },
    ],
  },
});
