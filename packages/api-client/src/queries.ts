import { MutationCache, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import { type Account, type Api, getMe } from "./client.ts";
import { ApiError } from "./error.ts";

const RETRIES = 2;
const ME = ["me"];

/**
 * Repeats only what may succeed unchanged; an answer of the API itself is final.
 * A 401 to any call means that the session has ended: who is signed in becomes nobody.
 */
export function createQueryClient(): QueryClient {
  const retry = (failures: number, error: Error) =>
    error instanceof ApiError && error.temporary && failures < RETRIES;
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) client.setQueryData<Account | null>(ME, null);
  };
  const client = new QueryClient({
    defaultOptions: { queries: { retry, retryDelay: 500 } },
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
  });
  return client;
}

/** Who is signed in: an account, or null. */
export const meQuery = (api: Api) =>
  queryOptions({ queryKey: ME, queryFn: () => getMe(api), staleTime: 60_000 });

/** Forgets everything that was loaded for the person before, and remembers who is signed in now. */
export function changeSession(client: QueryClient, api: Api, account: Account | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
  client.setQueryData(meQuery(api).queryKey, account);
}
