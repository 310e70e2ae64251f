import { Alert, Shell } from "@product/ui-kit";
import { Link, Outlet, useLocation, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./Layout.module.css";
import { useMe } from "./session.ts";

export function Layout() {
  const { state } = useLocation();
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  return (
    <Shell HomeLink={HomeLink} navigation={<Navigation />} location={pathname}>
      {state.notice && (
        <div className={styles.notice}>
          <Alert tone="notice">{state.notice}</Alert>
        </div>
      )}
      <Outlet />
    </Shell>
  );
}

function HomeLink(props: { className: string | undefined; children: ReactNode }) {
  return <Link to="/" {...props} />;
}

function Navigation() {
  const me = useMe();
  if (me === undefined) return null;
  return me ? <Link to="/account">Account</Link> : <Link to="/sign-in">Sign in</Link>;
}
