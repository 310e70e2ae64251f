import type { ReactNode } from "react";
import { useConfig } from "../layout/ConfigContext.ts";
import styles from "./PageTitle.module.css";

interface PageTitleProps {
  /** The heading, and the first part of the document's title. */
  children: string;
  lead?: ReactNode;
  size?: "title" | "display";
}

export function PageTitle({ children, lead, size = "title" }: PageTitleProps) {
  const { productName } = useConfig();
  return (
    <div className={styles.block}>
      <title>{children === productName ? productName : `${children} · ${productName}`}</title>
      <h1 className={styles[size]} tabIndex={-1}>
        {children}
      </h1>
      {lead && <p className={styles.lead}>{lead}</p>}
    </div>
  );
}
