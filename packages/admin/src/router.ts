import { requireSession, routerDefaults, type Services } from "@product/ui-kit/app";
import { createRootRouteWithContext, createRoute, createRouter } from "@tanstack/react-router";
import { Layout } from "./Layout.tsx";
import { SignInPage } from "./pages/SignInPage.tsx";
import { UsersPage } from "./pages/UsersPage.tsx";

const rootRoute = createRootRouteWithContext<Services>()({ component: Layout });

const users = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: UsersPage,
  loader: ({ context }) => requireSession(context),
});

const signIn = createRoute({ getParentRoute: () => rootRoute, path: "/sign-in", component: SignInPage });

export function createAppRouter(context: Services) {
  return createRouter({
    routeTree: rootRoute.addChildren([users, signIn]),
    context,
    ...routerDefaults,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
