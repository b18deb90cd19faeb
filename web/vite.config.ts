import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const OUT = "../src/callroom/http/ui";
const SERVER = process.env.CALLROOM_DEV_SERVER ?? "http://127.0.0.1:8080";

/** Puts a compressed twin beside every text file of the build, which the server sends to browsers that take it. */
function compressedTwins(): Plugin {
  return {
    name: "compressed-twins",
    apply: "build",
    async writeBundle(options) {
      const folder = options.dir ?? OUT;
      for (const name of await readdir(folder, { recursive: true })) {
        if (!/\.(js|css|svg|json|html)$/.test(name)) continue;
        const content = await readFile(join(folder, name));
        if (content.length > 1024) await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressedTwins()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Icons that pages share come in one file: as many small ones they would be half as much again.
        codeSplitting: { groups: [{ name: "icons", test: /@ant-design[\\/]icons(-svg)?[\\/]/, minShareCount: 2 }] },
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: SERVER, ws: true },
      "/sip": { target: SERVER, ws: true },
      "/healthz": SERVER,
    },
  },
  test: { environment: "jsdom", setupFiles: ["./src/test/setup.ts"], css: false, testTimeout: 15_000 },
});
