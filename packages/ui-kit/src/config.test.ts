import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const config = { productName: "Acme", environment: "local", apiBase: "/api/v1" };

test("takes what it knows and leaves the rest", () => {
  expect(readConfig({ ...config, other: 1 })).toEqual(config);
});

test.each([
  ["no /config.js", undefined, "productName"],
  ["a missing key", { ...config, apiBase: undefined }, "apiBase"],
  ["an empty value", { ...config, environment: "" }, "environment"],
  ["a wrong type", { ...config, productName: 7 }, "productName"],
])("%s is an error that names the key", (_case, source, key) => {
  expect(() => readConfig(source)).toThrow(`/config.js: ${key}: expected a text`);
});
