import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Pagination } from "./Pagination.tsx";

test("a single page needs no buttons", () => {
  render(<Pagination page={1} />);
  expect(screen.queryByRole("navigation")).toBeNull();
});

test("the button at an end stays focusable but does nothing", async () => {
  const onPrevious = vi.fn();
  render(<Pagination page={3} onPrevious={onPrevious} />);
  const next = screen.getByRole("button", { name: "Next" });
  await userEvent.click(next);
  expect(document.activeElement).toBe(next);
  await userEvent.click(screen.getByRole("button", { name: "Previous" }));
  expect(onPrevious).toHaveBeenCalledOnce();
  expect(screen.getByRole("status").textContent).toBe("Page 3");
});
