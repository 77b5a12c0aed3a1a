import type { Operation } from "@nexbasira/core/shapes/operation.ts";

/** Whether two operations say the same, whatever the order of their keys: one came back from the room. */
export function isSameOperation(a: Operation, b: Operation): boolean {
  return isSame(a, b);
}

/** Values as JSON has them. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, at) => isSame(one, b[at]));
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => isSame(value, Reflect.get(b, key)));
}
