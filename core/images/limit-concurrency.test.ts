import { expect, test } from "vitest";
import { limitConcurrency } from "./limit-concurrency.ts";

test("lets no more than the limit run at once, admits in order, and frees the place of a task that fails", async () => {
  const gate = limitConcurrency(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const task = (index: number) => async () => {
    running += 1;
    most = Math.max(most, running);
    order.push(index);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (index === 1) throw new Error("task 1 fails");
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => gate(task(index))));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(results.map((result) => result.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
});
