import type { ReactNode } from "react";
import { classes } from "../css.ts";
import styles from "./Split.module.css";
import { Tiles } from "./Tiles.tsx";

interface SplitProps {
  /** A page with little to say keeps its decoration on narrow screens, below the content. */
  airy?: boolean;
  children: ReactNode;
}

/** A narrow column of content; beside it, where there is room, decoration. */
export function Split({ airy = false, children }: SplitProps) {
  return (
    <div className={styles.split}>
      <div className={styles.content}>{children}</div>
      <div className={classes(styles.decoration, airy && styles.airy)}>
        <Tiles />
      </div>
    </div>
  );
}
