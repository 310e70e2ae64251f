import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { restoreTheme } from "./theme.ts";

const shown = () => document.documentElement.dataset.theme;
const press = () => userEvent.click(screen.getByRole("button"));

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  restoreTheme();
});

test("a choice against the system is remembered", async () => {
  render(<ThemeToggle />);
  await press();
  expect(shown()).toBe("dark");
  delete document.documentElement.dataset.theme;
  restoreTheme();
  expect(shown()).toBe("dark");
});

test("choosing what the system says follows the system again", async () => {
  render(<ThemeToggle />);
  await press();
  await press();
  expect(shown()).toBeUndefined();
  expect(localStorage.length).toBe(0);
});

test("blocked storage does not break the page", async () => {
  vi.stubGlobal("localStorage", undefined);
  render(<ThemeToggle />);
  await press();
  expect(shown()).toBe("dark");
});
