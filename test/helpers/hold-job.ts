import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

/* A worker process that takes a job and never finishes it. Says so on standard output; to be killed. */

const jobs = new JobQueue({
  databaseUrl: process.env.DATABASE_URL ?? "",
  works: true,
  onError: (error) => process.stderr.write(`${error}\n`),
});
await jobs.start();
await jobs.work("make-derivatives", 1, async (payload, { attempt }) => {
  process.stdout.write(`holds ${payload.item_id}, attempt ${attempt}\n`);
  await new Promise(() => setInterval(() => undefined, 1000));
});
