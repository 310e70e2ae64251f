import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["packages/*/src/**/*.test.{ts,tsx}"],
    setupFiles: "./vitest.setup.ts",
    restoreMocks: true,
    unstubGlobals: true,
  },
});
