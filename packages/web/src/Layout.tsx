import { Alert } from "@product/ui-kit";
import { AppShell, useMe } from "@product/ui-kit/app";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import styles from "./Layout.module.css";

export function Layout() {
  const { state } = useLocation();
  return (
    <AppShell navigation={<Navigation />}>
      {state.notice && (
        <div className={styles.notice}>
          <Alert tone="notice">{state.notice}</Alert>
        </div>
      )}
      <Outlet />
    </AppShell>
  );
}

function Navigation() {
  const me = useMe();
  if (me === undefined) return null;
  return me ? <Link to="/account">Account</Link> : <Link to="/sign-in">Sign in</Link>;
}
