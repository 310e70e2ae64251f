import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["packages/*/src/**/*.test.{ts,tsx}"],
    setupFiles: "./vitest.setup.ts",
    restoreMocks: true,
    // One test starts Python; a busy machine takes its time.
    testTimeout: 30_000,
    unstubGlobals: true,
  },
});
