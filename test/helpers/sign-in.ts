import type { Instance } from "./instance.ts";

/** Signs the first administrator in; the headers of a request that they make from the console. */
export async function signIn(instance: Pick<Instance, "url" | "credentials">): Promise<Record<string, string>> {
  const response = await fetch(`${instance.url}/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: instance.url },
    body: JSON.stringify(instance.credentials.admin),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { cookie: cookie.join("; "), "content-type": "application/json" };
}
