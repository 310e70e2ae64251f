import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ErrorPanel } from "./components/ErrorPanel.tsx";
import { type Config, readConfig } from "./config.ts";
import { ConfigProvider } from "./layout/ConfigContext.ts";
import { restoreTheme } from "./theme/theme.ts";

/** Starts an application in the element `#root` with the settings of `/config.js`. */
export function mount(application: (config: Config) => ReactNode): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html: an element with the id root is missing");
  restoreTheme();
  createRoot(root).render(<StrictMode>{configured(application)}</StrictMode>);
}

function configured(application: (config: Config) => ReactNode): ReactNode {
  try {
    const config = readConfig();
    return <ConfigProvider value={config}>{application(config)}</ConfigProvider>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return (
      <main>
        <ErrorPanel title="This site cannot start" message={message} onRetry={() => location.reload()} />
      </main>
    );
  }
}
