/* How a receiver verifies a delivery, with nothing but what each language brings. Shown word for word. */

const NODE = `import { createHmac, timingSafeEqual } from "node:crypto";

// body: the request's untouched bytes, before any JSON parser.
// header: its NB-Signature. secret: the whole whsec_… text.
export function verify(body, header, secret) {
  const parts = header.split(",").map((part) => part.split("="));
  const t = parts.find(([name]) => name === "t")?.[1];
  if (!(Math.abs(Date.now() / 1000 - Number(t)) <= 300)) return false;
  const hmac = createHmac("sha256", secret);
  const wanted = hmac.update(\`\${t}.\`).update(body).digest();
  return parts.some(([name, value = ""]) => {
    const given = Buffer.from(value, "hex");
    if (name !== "v1" || given.length !== wanted.length) return false;
    return timingSafeEqual(given, wanted);
  });
}`;

const PYTHON = `import hashlib, hmac, time

# body: the request's untouched bytes, before any JSON parser.
# header: its NB-Signature. secret: the whole whsec_… text.
def verify(body: bytes, header: str, secret: str) -> bool:
    parts = [part.partition("=") for part in header.split(",")]
    t = next((value for name, _, value in parts if name == "t"), "")
    if not t.isdecimal() or abs(time.time() - int(t)) > 300:
        return False
    signed = t.encode() + b"." + body
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(
        name == "v1" and hmac.compare_digest(value.encode(), wanted.encode())
        for name, _, value in parts
    )`;

export const VERIFY_SNIPPETS = [
  { value: "node", label: "Node", code: NODE },
  { value: "python", label: "Python", code: PYTHON },
] as const;
