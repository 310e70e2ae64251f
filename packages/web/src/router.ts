import { requireSession, routerDefaults, type Services } from "@product/ui-kit/app";
import { createRootRouteWithContext, createRoute, createRouter } from "@tanstack/react-router";
import { Layout } from "./Layout.tsx";
import { AccountPage } from "./pages/AccountPage.tsx";
import { HomePage } from "./pages/HomePage.tsx";
import { SignInPage } from "./pages/SignInPage.tsx";
import { SignUpPage } from "./pages/SignUpPage.tsx";

const rootRoute = createRootRouteWithContext<Services>()({ component: Layout });

const home = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomePage });

const signUp = createRoute({ getParentRoute: () => rootRoute, path: "/sign-up", component: SignUpPage });

const signIn = createRoute({ getParentRoute: () => rootRoute, path: "/sign-in", component: SignInPage });

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  component: AccountPage,
  loader: ({ context }) => requireSession(context),
});

export function createAppRouter(context: Services) {
  return createRouter({
    routeTree: rootRoute.addChildren([home, signUp, signIn, account]),
    context,
    ...routerDefaults,
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
