import type { Operation } from "@nexbasira/core/contract/operation.ts";
import { CONSOLE_OPERATIONS } from "@nexbasira/core/contract/operations/console-operations.ts";
import { PUBLIC_OPERATIONS } from "@nexbasira/core/contract/operations/public-operations.ts";

export interface NamedOperation {
  name: string;
  operation: Operation;
  /** Whose API it belongs to: keys open the public one alone. */
  api: "public" | "console";
  /** Where that API is mounted. */
  base: string;
}

function named(api: NamedOperation["api"], base: string, operations: Record<string, Operation>): NamedOperation[] {
  return Object.entries(operations).map(([name, operation]) => ({ name, operation, api, base }));
}

/** Every declared operation of both APIs. */
export const ALL_OPERATIONS: readonly NamedOperation[] = [
  ...named("public", "/v1", PUBLIC_OPERATIONS),
  ...named("console", "/console/api", CONSOLE_OPERATIONS),
];

/** The operation's path with these in its parameters' places. */
export function pathOf({ base, operation }: NamedOperation, parameter: string): string {
  return base + operation.path.replaceAll(/\{\w+\}/g, parameter);
}
