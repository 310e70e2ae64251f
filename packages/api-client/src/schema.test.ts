// @vitest-environment node
import { expect, test } from "vitest";
import { committedSchema, findPython, readDocument, renderSchema } from "../generate.mjs";

const python = findPython();

test.skipIf(!python)("schema.ts is what the backend's OpenAPI document says", async () => {
  const schema = await renderSchema(readDocument(python ?? ""));
  expect(committedSchema(), "stale: npm run generate").toBe(schema);
});

test("paths are relative to apiBase, and what is not versioned is left out", async () => {
  const get = { responses: { 200: { description: "OK" } } };
  const schema = await renderSchema({
    openapi: "3.1.0",
    info: { title: "API", version: "1" },
    paths: { "/api/v1/me": { get }, "/health/": { get } },
  });
  expect(schema).toContain('"/me"');
  expect(schema).not.toContain("/api/v1");
  expect(schema).not.toContain("/health/");
});
