import { expect, test } from "vitest";
import { listMediaNodes, planMediaNodes, usualMediaProcesses } from "./media-nodes.ts";

test.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 2],
  [9, 4],
])("%i processors have %i media processes", (processors, processes) => {
  expect(usualMediaProcesses(processors)).toBe(processes);
});

test("each node has ports and a name of its own, and the server is told all of them", () => {
  const nodes = planMediaNodes(44_400, [5001, 5002]);
  expect(nodes).toEqual([
    { name: "local", port: 44_400, signallingPort: 5001 },
    { name: "local-2", port: 44_401, signallingPort: 5002 },
  ]);
  expect(listMediaNodes(nodes)).toBe("local=http://127.0.0.1:5001,local-2=http://127.0.0.1:5002");
});
