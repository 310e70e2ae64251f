import type { ReactNode, Ref } from "react";
import { useConfig } from "../layout/ConfigContext.ts";
import styles from "./PageTitle.module.css";

interface PageTitleProps {
  /** The heading, and the first part of the document's title. */
  children: string;
  lead?: ReactNode;
  size?: "title" | "display";
  /** The heading, to move the focus to. */
  ref?: Ref<HTMLHeadingElement>;
}

export function PageTitle({ children, lead, size = "title", ref }: PageTitleProps) {
  const { productName } = useConfig();
  return (
    <div className={styles.block}>
      <title>{children === productName ? productName : `${children} · ${productName}`}</title>
      <h1 ref={ref} className={styles[size]} tabIndex={-1}>
        {children}
      </h1>
      {lead && <p className={styles.lead}>{lead}</p>}
    </div>
  );
}
