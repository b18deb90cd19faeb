// Makes the API client, and takes out of it a remark that sends readers to a package registry.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const given = process.argv.slice(2);
const made = spawnSync("openapi-ts", given, { stdio: "inherit" });
if (made.status !== 0) process.exit(made.status ?? 1);
const output = given.includes("--output") ? given[given.indexOf("--output") + 1] : "src/api";
const file = join(output, "client", "types.gen.ts");
writeFileSync(file, readFileSync(file, "utf8").replace(/\{@link https?:\S+ (`[^`]+`)\}/g, "$1"));
