import createClient, { type Client } from "openapi-fetch";
import { ApiError, asProblem } from "./error.ts";
import type { components, paths } from "./schema.ts";

export type Account = components["schemas"]["Account"];
export type AccountPage = components["schemas"]["AccountPage"];
export type Credentials = components["schemas"]["Credentials"];
export type NewAccount = components["schemas"]["NewAccount"];
export type Api = Client<paths>;

/** `baseUrl` is the setting `apiBase`, such as `/api/v1`. The session cookie goes to its own origin only. */
export function createApi(baseUrl: string): Api {
  return createClient<paths>({ baseUrl, credentials: "same-origin" });
}

/** The account of the current session; null when nobody is signed in. */
export async function getMe(api: Api): Promise<Account | null> {
  try {
    return await answer(api.GET("/me"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export const signUp = (api: Api, body: NewAccount) => answer(api.POST("/accounts", { body }));

export const signIn = (api: Api, body: Credentials) => answer(api.POST("/sessions", { body }));

export const signOut = (api: Api) => done(api.DELETE("/sessions/current"));

/** Deletes the signed-in account and all its sessions. */
export const deleteMe = (api: Api) => done(api.DELETE("/me"));

/** One page of accounts, for administrators. `cursor` is `next_cursor` of the page before. */
export const listAccounts = (api: Api, limit: number, cursor: string | null) =>
  answer(api.GET("/accounts", { params: { query: { limit, cursor } } }));

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful call. Throws ApiError for every other outcome. */
async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data } = await settle(call);
  if (data === undefined) throw new ApiError(0);
  return data;
}

async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settle(call);
}

async function settle<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  const result = await call.catch(() => {
    throw new ApiError(0);
  });
  if (result.response.ok) return result;
  throw new ApiError(result.response.status, asProblem(result.error));
}
