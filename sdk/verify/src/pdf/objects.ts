/** A name, without its slash and with its escapes resolved. */
export class Name {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A reference to an indirect object. */
export class Ref {
  readonly number: number;
  readonly generation: number;
  constructor(number: number, generation: number) {
    this.number = number;
    this.generation = generation;
  }
}

/** A string; where it stood in the file, brackets included, and whether in hexadecimal. */
export class Text {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly isHex: boolean;
  constructor(bytes: Uint8Array, start: number, end: number, isHex: boolean) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.isHex = isHex;
  }
}

export type Dict = Map<string, Value>;

/** A stream: its dictionary and its bytes as they lie in the file. */
export class Stream {
  readonly dict: Dict;
  readonly raw: Uint8Array;
  constructor(dict: Dict, raw: Uint8Array) {
    this.dict = dict;
    this.raw = raw;
  }
}

export type Value = null | boolean | number | Name | Ref | Text | Value[] | Dict | Stream;

export const isDict = (value: Value | undefined): value is Dict => value instanceof Map;
export const isName = (value: Value | undefined, text: string): boolean => value instanceof Name && value.text === text;
export const isInteger = (value: Value | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
