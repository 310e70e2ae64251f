import { createContext, use } from "react";
import type { Config } from "../config.ts";

const Context = createContext<Config | undefined>(undefined);

export const ConfigProvider = Context.Provider;

/** The settings given to the nearest ConfigProvider; throws when there is none. */
export function useConfig(): Config {
  const config = use(Context);
  if (!config) throw new Error("useConfig needs a ConfigProvider above it");
  return config;
}
