import { afterEach, expect, test, vi } from "vitest";
import { request } from "./http";

afterEach(() => vi.unstubAllGlobals());

test("an object is sent as JSON", async () => {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", async (wanted: Request) => {
    sent.push(wanted);
    return new Response(null, { status: 204 });
  });
  // jsdom's page has an address, Node's Request wants it spelt out.
  const { client } = await import("../api/client.gen");
  client.setConfig({ baseUrl: "http://site.example" });
  await request("PUT", "/me/presence", { body: { state: "ready" } });
  expect(sent[0]?.headers.get("content-type")).toBe("application/json");
  expect(await sent[0]?.json()).toEqual({ state: "ready" });
});
