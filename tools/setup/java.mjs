import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./programs.mjs";

/** The oldest Java that EU DSS runs on. */
const OLDEST_JAVA = 11;

/**
 * Where Java's machine and Maven are; undefined where one of them is missing, Java is older than 11, or there is no
 * compiler with it.
 */
export function findJava() {
  const home = process.env.JAVA_HOME;
  const find = (name) => findProgram({ names: [name], folders: home ? [join(home, "bin")] : [] });
  const [java, javac, maven] = ["java", "javac", "mvn"].map(find);
  if (java === undefined || javac === undefined || maven === undefined) return undefined;
  const { stdout } = spawnSync(javac, ["-version"], { encoding: "utf8" });
  const version = Number(/^javac (\d+)/.exec(stdout ?? "")?.[1] ?? 0);
  return version >= OLDEST_JAVA ? { java, maven, version } : undefined;
}
