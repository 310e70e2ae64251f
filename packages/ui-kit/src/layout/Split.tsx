import type { ReactNode } from "react";
import styles from "./Split.module.css";
import { Tiles } from "./Tiles.tsx";

/** A narrow column of content; beside it, where there is room, decoration. */
export function Split({ children }: { children: ReactNode }) {
  return (
    <div className={styles.split}>
      <div className={styles.content}>{children}</div>
      <div className={styles.decoration}>
        <Tiles />
      </div>
    </div>
  );
}
