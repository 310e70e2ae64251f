import { createApi, createQueryClient } from "@product/api-client";
import { QueryClientProvider } from "@tanstack/react-query";
import { type AnyRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ErrorPanel } from "../components/ErrorPanel.tsx";
import { type Config, readConfig } from "../config.ts";
import { ConfigProvider } from "../layout/ConfigContext.ts";
import { restoreTheme } from "../theme/theme.ts";
import { ApiProvider, type Services } from "./services.ts";

type CreateRouter = (services: Services) => AnyRouter;

/** Runs an application in the element `#root`, with the settings of `/config.js`. */
export function start(createRouter: CreateRouter): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html: an element with the id root is missing");
  restoreTheme();
  createRoot(root).render(<StrictMode>{configured(createRouter)}</StrictMode>);
}

function configured(createRouter: CreateRouter) {
  try {
    return application(readConfig(), createRouter);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return (
      <main>
        <ErrorPanel title="This site cannot start" message={message} onRetry={() => location.reload()} />
      </main>
    );
  }
}

function application(config: Config, createRouter: CreateRouter) {
  const api = createApi(config.apiBase);
  const queryClient = createQueryClient();
  return (
    <ConfigProvider value={config}>
      <ApiProvider value={api}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={createRouter({ api, queryClient })} />
        </QueryClientProvider>
      </ApiProvider>
    </ConfigProvider>
  );
}
