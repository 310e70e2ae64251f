import { type Api, meQuery } from "@product/api-client";
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { Layout } from "./Layout.tsx";
import { LoadError, Loading, NotFound } from "./pages/fallbacks.tsx";
import { SignInPage } from "./pages/SignInPage.tsx";
import { UsersPage } from "./pages/UsersPage.tsx";

/** What every route may use. */
interface Services {
  api: Api;
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<Services>()({ component: Layout, notFoundComponent: NotFound });

const users = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: UsersPage,
  loader: async ({ context }) => {
    const me = await context.queryClient.fetchQuery(meQuery(context.api));
    if (!me) throw redirect({ to: "/sign-in" });
  },
});

const signIn = createRoute({ getParentRoute: () => rootRoute, path: "/sign-in", component: SignInPage });

export function createAppRouter(context: Services) {
  return createRouter({
    routeTree: rootRoute.addChildren([users, signIn]),
    context,
    defaultPendingComponent: Loading,
    defaultErrorComponent: LoadError,
    defaultPendingMs: 200,
    defaultPendingMinMs: 300,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
