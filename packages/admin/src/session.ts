import { type Api, meQuery } from "@product/api-client";
import { useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";

export const useApi = (): Api => useRouteContext({ from: "__root__" }).api;

/** Who is signed in: an account, null for nobody, undefined while that is unknown. */
export function useMe() {
  return useQuery(meQuery(useApi())).data;
}
