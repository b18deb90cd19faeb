import { readFileSync } from "node:fs";
import { defineConfig } from "@hey-api/openapi-ts";

interface Document {
  paths: Record<string, Record<string, { operationId?: string }>>;
}

/** The committed description with its operations named after the server's functions, without their addresses. */
function description(): Document & Record<string, unknown> {
  const document = JSON.parse(readFileSync("./openapi.json", "utf8"));
  const taken = new Set<string>();
  for (const operations of Object.values((document as Document).paths))
    for (const operation of Object.values(operations)) {
      const long = operation.operationId ?? "";
      const short = long.replace(/_api_v1_.*$/, "");
      operation.operationId = taken.has(short) ? long : short;
      taken.add(operation.operationId);
    }
  return document;
}

export default defineConfig({
  input: description(),
  output: { path: "./src/api", clean: true },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
