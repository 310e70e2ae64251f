export type Theme = "light" | "dark";

const KEY = "theme";

/** What the person chose before, or undefined to follow the system. Storage may be blocked; then so is memory. */
export function rememberedTheme(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}

export function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Shows `theme`. A choice that equals the system's is forgotten, so that the page follows the system again. */
export function chooseTheme(theme: Theme): void {
  const choice = theme === systemTheme() ? undefined : theme;
  apply(choice);
  try {
    if (choice) localStorage.setItem(KEY, choice);
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
}

/** Call before the first render. */
export function restoreTheme(): void {
  apply(rememberedTheme());
}

function apply(choice: Theme | undefined): void {
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
}
