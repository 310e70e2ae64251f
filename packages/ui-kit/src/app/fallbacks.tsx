import { explain } from "@product/api-client";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { ErrorPanel } from "../components/ErrorPanel.tsx";
import { PageTitle } from "../components/PageTitle.tsx";
import { Skeleton } from "../components/Skeleton.tsx";

function Loading() {
  return <Skeleton lines={5} />;
}

function LoadError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <ErrorPanel message={explain(error).message} onRetry={() => void router.invalidate()} />;
}

function NotFound() {
  return (
    <>
      <PageTitle lead="The address may be mistyped, or the page may have moved.">Page not found</PageTitle>
      <Link to="/">Go to the first page</Link>
    </>
  );
}

/** What a router shows instead of a page: while it loads, when it cannot, when there is none. */
export const routerDefaults = {
  defaultPendingComponent: Loading,
  defaultPendingMs: 200,
  defaultPendingMinMs: 300,
  defaultErrorComponent: LoadError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
} as const;
