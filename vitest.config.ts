import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    globalSetup: "test/shared-inputs.ts",
    reporters: ["default", new ClosingLine()],
    // What hangs ends at last; nothing slower than that fails for being slow, on a machine that is busy with other work.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000 } },
    // The engine's tests use both cores of a small machine by themselves; those of processes and browsers mostly wait.
    maxWorkers: 3,
  },
});
