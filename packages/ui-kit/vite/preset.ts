import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin, UserConfig } from "vite";

/** What the customer web and the admin web share. Each one's vite.config.ts is this and nothing more. */
export function preset(): UserConfig {
  return {
    plugins: [react(), configFromFile(), renderAfterScript()],
    // `*.localhost` is how the gateway names the webs. Hot reload connects to the page's own origin, so
    // through the gateway: `hmr` stays unset on purpose.
    server: { allowedHosts: [".localhost"] },
    build: {
      // light-dark() and nesting as they are written; a strict Content-Security-Policy forbids data: URIs.
      target: ["chrome123", "firefox125", "safari17.5"],
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
    optimizeDeps: {
      include: [
        "@tanstack/react-query",
        "@tanstack/react-router",
        "openapi-fetch",
        "react",
        "react-dom/client",
        "react/jsx-dev-runtime",
      ],
    },
  };
}

const DEFAULTS = { productName: "Product", environment: "development", apiBase: "/api/v1" };

/** While developing, serves `/config.js` from the file that env CONFIG_JS names; read anew for each request. */
function configFromFile(): Plugin {
  return {
    name: "config-from-file",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use("/config.js", (_request, response) => {
        const file = process.env.CONFIG_JS;
        response.setHeader("Content-Type", "text/javascript");
        response.setHeader("Cache-Control", "no-store");
        response.end(file ? readFileSync(file) : `self.__CONFIG__ = ${JSON.stringify(DEFAULTS)};`);
      });
    },
  };
}

/** Nothing is painted before the script has chosen the theme: no flash of the other one. */
function renderAfterScript(): Plugin {
  return {
    name: "render-after-script",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}
