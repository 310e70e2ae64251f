import { changeSession, signOut } from "@product/api-client";
import { Shell } from "@product/ui-kit";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useApi, useMe } from "./session.ts";

export function Layout() {
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  return (
    <Shell HomeLink={HomeLink} section="Admin" navigation={<Navigation />} location={pathname}>
      <Outlet />
    </Shell>
  );
}

function HomeLink(props: { className: string | undefined; children: ReactNode }) {
  return <Link to="/" {...props} />;
}

function Navigation() {
  const api = useApi();
  const queryClient = useQueryClient();
  const leaving = useMutation({
    mutationFn: () => signOut(api),
    onSuccess: () => changeSession(queryClient, api, null),
  });
  if (!useMe()) return null;
  return (
    <button type="button" onClick={() => leaving.mutate()} aria-disabled={leaving.isPending || undefined}>
      Sign out
    </button>
  );
}
