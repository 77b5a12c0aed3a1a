import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { workerPath } from "./tools/mediasoup-worker/path.mjs";

/** What needs servers: PostgreSQL with a template that each test file clones, once for each project, and time enough. */
const withServers = {
  globalSetup: ["test/helpers/global-setup.ts"],
  setupFiles: ["test/helpers/keep-notes-of-failures.ts"],
  testTimeout: 180_000,
  hookTimeout: 120_000,
};

/** Those of `test/e2e` and `test/faults` that have no call: whatever runs beside them only makes them slower. */
const WITHOUT_CALL = [
  "test/e2e/{admin,docs,sandbox,webhooks}.test.ts",
  "test/faults/{finaliser,journal,snapshots-survive,webhooks-survive,worker-killed-in-each-stage,workers-killed}.test.ts",
];

/** They take longer than 40 s, so they start before the others of their project: none is left alone at the end. */
const LONGEST = ["webhooks-survive", "report", "snapshots-survive", "worker-killed-in-each-stage", "signatures"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    allowOnly: false,
    teardownTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
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
          ...withServers,
          name: "services",
          include: ["test/{integration,conformance,helpers}/**/*.test.{ts,tsx}", "tools/*.test.ts", ...WITHOUT_CALL],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // These measure time, or drive browsers that take both cores: one after the other.
        extends: true,
        test: {
          ...withServers,
          name: "alone",
          include: ["test/{e2e,faults}/**/*.test.{ts,tsx}"],
          exclude: [...WITHOUT_CALL, "**/node_modules/**"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    env: {
      MEDIASOUP_WORKER_BIN: workerPath(),
      // Where systems keep the programs that make networks, which not every user's path leads to.
      PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`,
      // The product's processes are started hundreds of times: a fifth sooner when they need not be compiled.
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/nexbasira-compiled"),
    },
  },
});
