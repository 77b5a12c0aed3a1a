import { defineConfig } from "vitest/config";
import { workerPath } from "./tools/mediasoup-worker/path.mjs";

/** Runs once for each project that needs servers: PostgreSQL, with a template that each test file clones. */
const globalSetup = ["test/helpers/global-setup.ts"];

/** Those of `test/e2e` and `test/faults` that have no call and measure no time: they leave a core to somebody else. */
const WITHOUT_CALL = [
  "test/e2e/{admin,docs,sandbox,webhooks}.test.ts",
  "test/faults/{finaliser,journal,webhooks-survive,workers-killed}.test.ts",
];

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
          include: ["test/{integration,conformance,helpers}/**/*.test.{ts,tsx}", "tools/*.test.ts", ...WITHOUT_CALL],
          globalSetup,
          testTimeout: 180_000,
          hookTimeout: 120_000,
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
          exclude: [...WITHOUT_CALL, "**/node_modules/**"],
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
