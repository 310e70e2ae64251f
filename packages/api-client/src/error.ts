import type { components } from "./schema.ts";

export type Problem = components["schemas"]["Problem"];

/** The server did not answer, or only a gateway in front of it did. */
const UNREACHABLE = new Set([0, 502, 503, 504]);

/** A call that did not succeed. `status` is 0 when no HTTP answer arrived. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The first message for each rejected field of the request's body, by the field's name. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, problem?: Partial<Problem>) {
    super(messageFor(status, problem));
    this.status = status;
    this.fields = fieldMessages(problem);
  }

  /** Worth trying again without any change. */
  get temporary(): boolean {
    return UNREACHABLE.has(this.status);
  }
}

function messageFor(status: number, problem?: Partial<Problem>): string {
  if (UNREACHABLE.has(status)) return "The server cannot be reached. Try again in a moment.";
  return problem?.detail ?? problem?.title ?? `The server answered with status ${status}.`;
}

function fieldMessages(problem?: Partial<Problem>): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { pointer, detail } of problem?.errors ?? []) {
    const field = pointer.split("/").at(-1);
    if (field && !(field in messages)) messages[field] = detail;
  }
  return messages;
}

/** Takes a body for a problem document when it looks like one: a gateway's error page does not. */
export function asProblem(body: unknown): Partial<Problem> | undefined {
  const looksRight = typeof body === "object" && body !== null && "status" in body;
  return looksRight ? (body as Partial<Problem>) : undefined;
}

/** Any failure in words for the person at the screen. */
export function explain(error: unknown): { message: string; fields: Readonly<Record<string, string>> } {
  if (error instanceof ApiError) return { message: error.message, fields: error.fields };
  return { message: "Something went wrong on this page. Reload it and try again.", fields: {} };
}
