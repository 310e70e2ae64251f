import styles from "./Tiles.module.css";

/** The product's sign: one tile of the pattern. The same drawing is each application's favicon.svg. */
export function Mark() {
  return (
    <svg className={styles.mark} viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
      <path className={styles.accent} d="M0 0H14A14 14 0 0 1 14 28H0Z" />
      <circle className={styles.warm} cx="14" cy="14" r="5" />
    </svg>
  );
}
