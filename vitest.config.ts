import { defineConfig } from "vitest/config";
import { workerPath } from "./tools/mediasoup-worker/path.mjs";

/** Runs once for each project that needs servers: PostgreSQL, with a template that each test file clones. */
const globalSetup = ["test/helpers/global-setup.ts"];

export default defineConfig({
  test: {
    allowOnly: false,
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{core,server,workers,client,sdk,tools}/**/*.test.{ts,tsx}"],
          // These start whole programs.
          exclude: ["tools/*.test.ts", "**/node_modules/**"],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "services",
          include: ["test/{integration,conformance,helpers}/**/*.test.{ts,tsx}", "tools/*.test.ts"],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // These measure time, or drive browsers that take both cores: one after the other.
        extends: true,
        test: {
          name: "alone",
          include: ["test/{e2e,faults}/**/*.test.{ts,tsx}"],
          globalSetup,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    env: {
      MEDIASOUP_WORKER_BIN: workerPath(),
      // Where systems keep the programs that make networks, which not every user's path leads to.
      PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`,
    },
  },
});
