import { createServer } from "node:http";
import { writeFileSync, appendFileSync } from "node:fs";
import httpProxy from "http-proxy-3";
import puppeteer, { type Browser } from "puppeteer-core";
import { build } from "vite";
import { afterAll, beforeAll, test } from "vitest";
import { MediaFixture, type TestPerson, type TestSession } from "../helpers/media-fixture.ts";
import { freePort } from "../helpers/free-port.ts";

let media: MediaFixture; let browser: Browser; let page_: string; const close: (() => unknown)[] = [];
const N = Number(process.env.MEASURE_N ?? 15);
const out = (line: string) => { console.log(line); appendFileSync("/tmp/measure/out.txt", `${line}\n`); };
beforeAll(async () => {
  await build({ root: "/work/main/client", configFile: false, logLevel: "error", build: { outDir: "/tmp/measure/dist", emptyOutDir: true, lib: { entry: "/work/main/client/ui/room/zz-measure-entry.ts", formats: ["es"], fileName: "entry" }, minify: false } });
  const { readFileSync, readdirSync } = await import("node:fs");
  media = await MediaFixture.open();
  await media.start({ idle: 1000 });
  const port = await freePort();
  const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${media.node.port}`, ws: true });
  const server = createServer((q, s) => {
    if (q.url === "/") return s.setHeader("content-type", "text/html").end('<script type="module" src="/entry.js"></script>');
    try { s.setHeader("content-type", "text/javascript").end(readFileSync(`/tmp/measure/dist${q.url}`)); } catch { s.statusCode = 404; s.end(); }
  });
  server.on("upgrade", (q, socket, head) => proxy.ws(q, socket, head));
  await new Promise<void>((r) => server.listen(port, "127.0.0.1", r));
  page_ = `http://localhost:${port}/`;
  browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required", "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"] });
  close.push(() => browser.close(), () => server.close(), () => media.close());
}, 120_000);
afterAll(async () => { for (const c of close) await c(); });
const answer = (s: TestSession, p: TestPerson) => ({ session_id: s.id, participant_id: p.id, role: p.role, name: p.name, access_token: p.token, socket_path: "/media/local/socket.io", server_time_ms: Date.now() });
async function open() { const p = await browser.newPage(); p.on("pageerror", (e) => out(`pageerror ${e}`)); p.on("console", (m) => { if (m.type() === "error") out(`console ${m.text()}`); }); await p.goto(page_); await p.waitForFunction(() => "join" in window); return p; }
const join = (p: any, a: any, publish: boolean, wanted: number) => p.evaluate((x: any, y: any, z: any) => (window as any).join(x, y, z), a, publish, wanted);
const stat = (name: string, values: number[]) => { values.sort((a, b) => a - b); out(`${name}: n=${values.length} p50=${values[values.length >> 1]?.toFixed(0)} p95=${values[Math.floor(values.length * 0.95)]?.toFixed(0)} max=${values.at(-1)?.toFixed(0)}`); };

test("first frame", async () => {
  for (const recording of [true, false]) {
    const session = await media.session({ recording });
    const phone = await open(); const viewer = await open();
    await join(phone, answer(session, session.participant), true, 0);
    const steady: number[] = [];
    for (let i = 0; i < N; i += 1) {
      await new Promise((r) => setTimeout(r, 600 + Math.random() * 500));
      const r: any = await join(viewer, answer(session, session.inspector), false, 1);
      if (i === 0) out(JSON.stringify(r));
      if (i > 0) steady.push(r.frame);
      if (i === N - 1) out(`frames in 2 s: ${await viewer.evaluate(() => (window as any).frames(2000))}`);
      await viewer.evaluate(() => (window as any).leave());
    }
    stat(`KFD=${process.env.KFD} recording=${recording} viewer joins live sender`, steady);
    // second viewer right behind the first
    const second: number[] = []; const observer = await open();
    for (let i = 0; i < N; i += 1) {
      await new Promise((r) => setTimeout(r, 600 + Math.random() * 500));
      const a = join(viewer, answer(session, session.inspector), false, 1);
      await new Promise((r) => setTimeout(r, 150));
      const r: any = await join(observer, answer(session, session.observer), false, 1);
      await a; if (i > 0) second.push(r.frame);
      await viewer.evaluate(() => (window as any).leave()); await observer.evaluate(() => (window as any).leave());
    }
    stat(`KFD=${process.env.KFD} recording=${recording} second viewer 150 ms behind`, second);
    await phone.close(); await viewer.close(); await observer.close();
    // sender joins a waiting viewer
    const fresh: number[] = [];
    for (let i = 0; i < Math.ceil(N / 2); i += 1) {
      const s = await media.session({ recording });
      const v = await open(); const p = await open();
      const waiting = join(v, answer(s, s.inspector), false, 1);
      await new Promise((r) => setTimeout(r, 1200));
      const sent = join(p, answer(s, s.participant), true, 0);
      const r: any = await waiting; await sent;
      if (i === 0) out(JSON.stringify(r));
      fresh.push(r.frame - r.remote);
      await v.close(); await p.close();
    }
    stat(`KFD=${process.env.KFD} recording=${recording} sender joins: from remote track to first frame`, fresh);
  }
}, 600_000);
