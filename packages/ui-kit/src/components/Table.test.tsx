import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { type Column, Table } from "./Table.tsx";

interface Person {
  name: string;
  role: string;
}

const columns: Column<Person>[] = [
  { header: "Name", cell: ({ name }) => name },
  { header: "Role", cell: ({ role }) => role },
];

function show(rows: Person[] | undefined) {
  render(
    <Table caption="People" columns={columns} rows={rows} rowKey={({ name }) => name} empty="Nobody yet." />,
  );
}

test("rows are named by their first cell, and the table by its caption", () => {
  show([{ name: "Ada", role: "member" }]);
  const table = screen.getByRole("table", { name: "People" });
  expect(within(table).getByRole("rowheader", { name: "Ada" })).toBeTruthy();
  expect(within(table).getByRole("cell", { name: "member" })).toBeTruthy();
});

test("without rows yet it says that they are loading", () => {
  show(undefined);
  expect(screen.getByRole("status").textContent).toBe("Loading: People");
});

test("without any rows it says so", () => {
  show([]);
  expect(screen.getByText("Nobody yet.")).toBeTruthy();
  expect(screen.queryByRole("table")).toBeNull();
});
