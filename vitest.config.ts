import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    globalSetup: "test/shared-inputs.ts",
    reporters: ["default", new ClosingLine()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two workers at most: the engine's tests use both cores of a small machine by themselves.
    maxWorkers: 2,
  },
});
