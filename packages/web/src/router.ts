import { type Api, meQuery } from "@product/api-client";
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { Layout } from "./Layout.tsx";
import { AccountPage } from "./pages/AccountPage.tsx";
import { LoadError, Loading, NotFound } from "./pages/fallbacks.tsx";
import { HomePage } from "./pages/HomePage.tsx";
import { SignInPage } from "./pages/SignInPage.tsx";
import { SignUpPage } from "./pages/SignUpPage.tsx";

/** What every route may use. */
interface Services {
  api: Api;
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<Services>()({ component: Layout, notFoundComponent: NotFound });

const home = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomePage });

const signUp = createRoute({ getParentRoute: () => rootRoute, path: "/sign-up", component: SignUpPage });

const signIn = createRoute({ getParentRoute: () => rootRoute, path: "/sign-in", component: SignInPage });

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  component: AccountPage,
  loader: async ({ context }) => {
    const me = await context.queryClient.fetchQuery(meQuery(context.api));
    if (!me) throw redirect({ to: "/sign-in" });
  },
});

export function createAppRouter(context: Services) {
  return createRouter({
    routeTree: rootRoute.addChildren([home, signUp, signIn, account]),
    context,
    defaultPendingComponent: Loading,
    defaultErrorComponent: LoadError,
    defaultPendingMs: 200,
    defaultPendingMinMs: 300,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Said once at the top of the page that a navigation leads to. */
    notice?: string;
  }
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
