/** What `/config.js` sets at run time, from the ConfigMap `<component>-config`. */
export interface Config {
  /** Shown in the header and in every title. */
  productName: string;
  /** Such as `local` or `production`; shown in the footer unless it is production. */
  environment: string;
  /** Where the API is, such as `/api/v1`. */
  apiBase: string;
}

declare global {
  var __CONFIG__: unknown;
}

/** Reads the settings; throws an Error that names the key when one is missing or no text. */
export function readConfig(source: unknown = globalThis.__CONFIG__): Config {
  const given: Record<string, unknown> = { ...(typeof source === "object" ? source : undefined) };
  const text = (key: keyof Config): string => {
    const value = given[key];
    if (typeof value === "string" && value !== "") return value;
    throw new Error(`/config.js: ${key}: expected a text`);
  };
  return { productName: text("productName"), environment: text("environment"), apiBase: text("apiBase") };
}
