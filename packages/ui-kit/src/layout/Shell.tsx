import { type ComponentType, type ReactNode, useRef } from "react";
import { ThemeToggle } from "../theme/ThemeToggle.tsx";
import { useConfig } from "./ConfigContext.ts";
import { Mark } from "./Mark.tsx";
import styles from "./Shell.module.css";
import { useFocusOnNavigation } from "./useFocusOnNavigation.ts";

interface ShellProps {
  /** The router's link to the first page. */
  HomeLink: ComponentType<{ className: string | undefined; children: ReactNode }>;
  /** Which application this is, when the product has several: `Admin`. */
  section?: string;
  /** Links of the header. */
  navigation: ReactNode;
  /**
   * The address of the page that is shown; undefined until the first one is.
   * A change of it moves the focus to the page's heading.
   */
  location: string | undefined;
  children: ReactNode;
}

export function Shell({ HomeLink, section, navigation, location, children }: ShellProps) {
  const { productName, environment } = useConfig();
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main, location);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <HomeLink className={styles.brand}>
          <Mark />
          <span className={styles.name}>{productName}</span>
          {section && <span className={styles.section}>{section}</span>}
        </HomeLink>
        <nav className={styles.navigation} aria-label="Main">
          {navigation}
        </nav>
        <ThemeToggle />
      </header>
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <footer className={styles.footer}>
        {productName}
        {environment !== "production" && <span className={styles.environment}>{environment}</span>}
      </footer>
    </div>
  );
}
