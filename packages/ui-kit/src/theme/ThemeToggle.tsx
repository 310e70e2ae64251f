import { useState } from "react";
import styles from "./ThemeToggle.module.css";
import { chooseTheme, rememberedTheme, systemTheme } from "./theme.ts";

export function ThemeToggle() {
  const [theme, setTheme] = useState(() => rememberedTheme() ?? systemTheme());
  const other = theme === "dark" ? "light" : "dark";

  const toggle = () => {
    chooseTheme(other);
    setTheme(other);
  };

  return (
    <button type="button" className={styles.toggle} onClick={toggle} aria-label={`Use the ${other} theme`}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <circle cx="10" cy="10" r="7.25" className={styles.ring} />
        <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5Z" className={styles.half} />
      </svg>
    </button>
  );
}
