import { explain } from "@product/api-client";
import { ErrorPanel, PageTitle, Skeleton } from "@product/ui-kit";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";

export function Loading() {
  return <Skeleton lines={5} />;
}

export function LoadError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <ErrorPanel message={explain(error).message} onRetry={() => void router.invalidate()} />;
}

export function NotFound() {
  return (
    <>
      <PageTitle lead="The address may be mistyped, or the page may have moved.">Page not found</PageTitle>
      <Link to="/">Go to the first page</Link>
    </>
  );
}
