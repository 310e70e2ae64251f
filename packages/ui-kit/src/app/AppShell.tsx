import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Shell } from "../layout/Shell.tsx";

interface AppShellProps {
  /** Which application this is, when the product has several: `Admin`. */
  section?: string;
  /** Links of the header. */
  navigation: ReactNode;
  children: ReactNode;
}

/** The shell of every page, tied to the router. */
export function AppShell(props: AppShellProps) {
  const shown = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  return <Shell {...props} HomeLink={HomeLink} location={shown} />;
}

function HomeLink(props: { className: string | undefined; children: ReactNode }) {
  return <Link to="/" {...props} />;
}
