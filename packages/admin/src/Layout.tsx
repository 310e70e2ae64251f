import { changeSession, signOut } from "@product/api-client";
import { AppShell, useApi, useMe } from "@product/ui-kit/app";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";

export function Layout() {
  return (
    <AppShell section="Admin" navigation={<Navigation />}>
      <Outlet />
    </AppShell>
  );
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
