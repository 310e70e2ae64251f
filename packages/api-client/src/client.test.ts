import { describe, expect, test, vi } from "vitest";
import { type Account, createApi, getMe, signIn, signOut, signUp } from "./client.ts";
import { ApiError } from "./error.ts";

const account: Account = {
  id: "0b0f3a43-0d57-4e0c-9a43-6d6d1f1d7a10",
  email: "ada@example.com",
  name: "Ada",
  role: "member",
  created_at: "2026-11-24T10:00:00Z",
};
const newAccount = { email: "ada", password: "short", name: "Ada" };

/** An API whose server gives one answer to everything; also what it was asked. */
function answering(answer: Response | Error) {
  const server = vi.fn((_request: Request) =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer),
  );
  vi.stubGlobal("fetch", server);
  return { api: createApi("http://app.test/api/v1"), server };
}

function problem(status: number, body: object) {
  return Response.json(
    { type: "about:blank", title: "Refused", status, ...body },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${error}`);
}

test("a call goes to the configured base, with the session cookie of its own origin only", async () => {
  const { api, server } = answering(Response.json(account));
  expect(await getMe(api)).toEqual(account);
  const [request] = server.mock.calls[0] ?? [];
  expect(request?.url).toBe("http://app.test/api/v1/me");
  expect(request?.credentials).toBe("same-origin");
});

test("a 401 means nobody is signed in, and is no error", async () => {
  const { api } = answering(problem(401, { detail: "Sign in first." }));
  expect(await getMe(api)).toBeNull();
});

test("an answer without a body is a success", async () => {
  const { api } = answering(new Response(null, { status: 204 }));
  await expect(signOut(api)).resolves.toBeUndefined();
});

describe("an error", () => {
  test("of the API carries the detail of its problem document", async () => {
    const { api } = answering(problem(401, { detail: "The email or the password is wrong." }));
    const error = await failure(signIn(api, { email: "ada@example.com", password: "wrong" }));
    expect(error.message).toBe("The email or the password is wrong.");
    expect(error.temporary).toBe(false);
  });

  test("about fields keeps the first message of each", async () => {
    const errors = [
      { pointer: "/email", detail: "Enter a valid email address." },
      { pointer: "/password", detail: "Use at least 10 characters." },
      { pointer: "/password", detail: "Too common." },
    ];
    const { api } = answering(problem(422, { errors }));
    const error = await failure(signUp(api, newAccount));
    expect(error.fields).toEqual({
      email: "Enter a valid email address.",
      password: "Use at least 10 characters.",
    });
  });

  test.each([
    ["an unreachable server", new TypeError("Failed to fetch")],
    ["a gateway's page", new Response("<h1>Bad Gateway</h1>", { status: 502 })],
    ["a page instead of data", new Response("<!doctype html>", { status: 200 })],
  ])("for %s can be retried, and says so in plain words", async (_case, answer) => {
    const { api } = answering(answer);
    const error = await failure(getMe(api));
    expect(error.temporary).toBe(true);
    expect(error.message).toMatch(/cannot be reached/);
  });
});
