/** Java's machine and Maven, by their paths, and Java's version; undefined where they cannot be used. See `java.mjs`. */
export function findJava(): { java: string; maven: string; version: number } | undefined;
