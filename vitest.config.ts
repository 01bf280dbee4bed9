import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two workers at most: the tests of the engine use both cores of a small machine by themselves.
    maxWorkers: 2,
  },
});
