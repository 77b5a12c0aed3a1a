import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { offlinePage } from "./offline-page.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Which page a path belongs to; the server does the same with what is built. */
const PAGES: [prefix: string, page: string][] = [
  ["/s/", "/participant/index.html"],
  ["/signing/nowhere", "/participant/index.html"],
  ["/console", "/console/index.html"],
  ["/outbox", "/console/index.html"],
  ["/verify", "/console/index.html"],
  ["/docs", "/docs/index.html"],
];

/** While developing: every address of a page gives its HTML, as the server does in production. */
const pageAddresses: Plugin = {
  name: "page-addresses",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const [path = ""] = (request.url ?? "").split("?");
      const page = PAGES.find(([prefix]) => path.startsWith(prefix))?.[1];
      if (page !== undefined && !/\.\w+$/.test(path)) request.url = page;
      next();
    });
  },
};

/** Parts of mediasoup-client that it always loads and no browser runs: its own tests' and React Native's. */
const NOT_FOR_BROWSERS =
  /\/(mediasoup-client\/lib\/(handlers\/(FakeHandler|ReactNative106)|test\/fakeParameters)|fake-mediastreamtrack\/lib\/index)\.js$/;

/** A sixth of mediasoup-client is left out by this: 39 kB became 33 kB, compressed. */
const leaveOut: Plugin = {
  name: "leave-out",
  enforce: "pre",
  apply: "build",
  load: (id) => (NOT_FOR_BROWSERS.test(id) ? "module.exports = {};" : undefined),
};

export default defineConfig({
  root: here("."),
  base: "/",
  appType: "mpa",
  plugins: [
    leaveOut,
    react(),
    tailwindcss(),
    pageAddresses,
    offlinePage(here("participant/offline/service-worker.ts")),
  ],
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    assetsDir: "assets",
    // No data: addresses, so that the content security policy need not allow them.
    assetsInlineLimit: 0,
    // Phones in the field are old: what these cannot read is rewritten.
    target: ["es2022", "safari16", "chrome100"],
    cssTarget: ["safari16", "chrome100"],
    // Parts of the API reference (docs) are as large as this, in kB; the phone's page is held to its own, smaller limit.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: {
        participant: here("participant/index.html"),
        console: here("console/index.html"),
        docs: here("docs/index.html"),
      },
    },
  },
});
