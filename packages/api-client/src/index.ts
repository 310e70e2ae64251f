export * from "./client.ts";
export { ApiError, explain, type Problem } from "./error.ts";
export { changeSession, createQueryClient, meQuery } from "./queries.ts";
