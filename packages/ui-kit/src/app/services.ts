import { type Api, meQuery } from "@product/api-client";
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { createContext, use } from "react";

/** What every route's loader may use. */
export interface Services {
  api: Api;
  queryClient: QueryClient;
}

const ApiContext = createContext<Api | undefined>(undefined);

export const ApiProvider = ApiContext.Provider;

/** The API of the application; throws outside of one. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error("useApi needs an application started with `start`");
  return api;
}

/** Who is signed in: an account, null for nobody, undefined while that is unknown. */
export function useMe() {
  return useQuery(meQuery(useApi())).data;
}

/** For the loader of a page that needs a session; leads everybody else to the sign-in page. */
export async function requireSession({ api, queryClient }: Services): Promise<void> {
  const me = await queryClient.fetchQuery(meQuery(api));
  if (!me) throw redirect({ to: "/sign-in" });
}
