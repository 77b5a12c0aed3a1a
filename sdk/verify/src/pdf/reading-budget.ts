import { Unreadable } from "../report.ts";

/** Values (numbers, names, strings, arrays, dictionaries…) that are read of a PDF at most. */
const MAX_VALUES = 1_000_000;
/** Bytes that are read as objects at most, what streams hold aside. */
const MAX_SYNTAX = 64 * 1024 * 1024;

/**
 * What reading a PDF's objects may cost altogether, however often and from wherever they are read: objects may lie in each
 * other, so that a small file would be read again from each of a million places.
 */
export class ReadingBudget {
  #values = MAX_VALUES;
  #bytes = MAX_SYNTAX;

  /** @throws Unreadable when a value more is one too many */
  takeValue(): void {
    if (--this.#values < 0) throw new Unreadable("too_large", "the PDF's objects hold too much");
  }

  /** @throws Unreadable when so many bytes more are too many */
  takeBytes(count: number): void {
    this.#bytes -= count;
    if (this.#bytes < 0) throw new Unreadable("too_large", "the PDF's objects hold too much");
  }
}
