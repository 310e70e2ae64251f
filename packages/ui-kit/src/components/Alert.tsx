import type { ReactNode } from "react";
import { classes } from "../css.ts";
import styles from "./Alert.module.css";

interface AlertProps {
  /** `error` is announced at once, `notice` when the reader pauses. */
  tone: "error" | "notice";
  title?: string;
  children: ReactNode;
}

export function Alert({ tone, title, children }: AlertProps) {
  return (
    <div className={classes(styles.alert, styles[tone])} role={tone === "error" ? "alert" : "status"}>
      {title && <strong className={styles.title}>{title}</strong>}
      <div>{children}</div>
    </div>
  );
}
