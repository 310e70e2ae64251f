import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { PageTitle } from "../components/PageTitle.tsx";
import { ConfigProvider } from "./ConfigContext.ts";
import { Shell } from "./Shell.tsx";

const HomeLink = ({ children }: { children: ReactNode }) => <a href="/">{children}</a>;

function page(location: string | undefined, title: string) {
  return (
    <ConfigProvider value={{ productName: "Acme", environment: "staging", apiBase: "/api/v1" }}>
      <Shell HomeLink={HomeLink} navigation={null} location={location}>
        <PageTitle key={location}>{title}</PageTitle>
      </Shell>
    </ConfigProvider>
  );
}

test("a navigation moves the focus to the new heading; the first page leaves it to the skip link", () => {
  const { rerender } = render(page(undefined, "Home"));
  rerender(page("/", "Home"));
  expect(document.activeElement).toBe(document.body);
  rerender(page("/account", "Your account"));
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Your account" }));
  expect(document.title).toBe("Your account · Acme");
});

test("landmarks, and an environment that is not production is shown", () => {
  render(page("/", "Home"));
  for (const role of ["banner", "main", "contentinfo"]) expect(screen.getByRole(role)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Skip to the content" }).getAttribute("href")).toBe("#main");
  expect(screen.getByText("staging")).toBeTruthy();
});
