import { expect, test } from "vitest";
import { type Account, createApi } from "./client.ts";
import { ApiError } from "./error.ts";
import { changeSession, createQueryClient, meQuery } from "./queries.ts";

const api = createApi("/api/v1");
const ada = { id: "1", email: "ada@example.com", name: "Ada" } as Account;

test("any call that meets a 401 ends the session on the screen too", async () => {
  const client = createQueryClient();
  changeSession(client, api, ada);
  const expired = client.fetchQuery({
    queryKey: ["accounts"],
    queryFn: () => Promise.reject(new ApiError(401)),
  });
  await expect(expired).rejects.toThrow(ApiError);
  expect(client.getQueryData(meQuery(api).queryKey)).toBeNull();
});

test("the next person sees nothing of the one before", () => {
  const client = createQueryClient();
  client.setQueryData(["accounts", null], "of an administrator");
  changeSession(client, api, ada);
  expect(client.getQueryData(["accounts", null])).toBeUndefined();
  expect(client.getQueryData(meQuery(api).queryKey)).toEqual(ada);
});
