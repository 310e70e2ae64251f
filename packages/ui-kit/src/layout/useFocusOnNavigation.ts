import { type RefObject, useEffect, useRef } from "react";

/**
 * A browser moves the focus to the top when a page is loaded; a single-page application has to do it itself.
 * The first page is left alone, so that Tab reaches the skip link first.
 */
export function useFocusOnNavigation(
  main: RefObject<HTMLElement | null>,
  location: string | undefined,
): void {
  const previous = useRef(location);

  useEffect(() => {
    const first = previous.current === undefined;
    if (previous.current === location) return;
    previous.current = location;
    if (first) return;
    const heading = main.current?.querySelector<HTMLElement>("h1");
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [main, location]);
}
