export { AppShell } from "./AppShell.tsx";
export { routerDefaults } from "./fallbacks.tsx";
export { requireSession, type Services, useApi, useMe } from "./services.ts";
export { start } from "./start.tsx";
