import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Field } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { type Rejection, required, useForm } from "./useForm.ts";

const rules = { email: required("Enter your email."), password: required("Enter a password.") };
const explain = (error: unknown) => error as Rejection;

function Example({ submit }: { submit: (values: { email: string; password: string }) => Promise<void> }) {
  const { form, errors, message, busy } = useForm({ rules, submit, explain });
  return (
    <Form form={form} message={message} busy={busy} action="Send">
      <Field name="email" label="Email" error={errors.email} />
      <Field name="password" label="Password" hint="At least 10 characters." error={errors.password} />
    </Form>
  );
}

const email = () => screen.getByLabelText("Email");
const password = () => screen.getByLabelText("Password");
const send = () => userEvent.click(screen.getByRole("button", { name: "Send" }));

async function fillAndSend() {
  await userEvent.type(email(), "ada@example.com");
  await userEvent.type(password(), "short");
  await send();
}

test("what is missing is said by field, and the first such field gets the focus", async () => {
  const submit = vi.fn();
  render(<Example submit={submit} />);
  await userEvent.type(email(), "ada@example.com");
  await send();
  expect(submit).not.toHaveBeenCalled();
  expect(email().getAttribute("aria-invalid")).toBeNull();
  expect(password().getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(password());
});

test("error and hint are tied to their input, the error first", async () => {
  render(<Example submit={vi.fn()} />);
  await send();
  const described = password().getAttribute("aria-describedby")?.split(" ") ?? [];
  const texts = described.map((id) => document.getElementById(id)?.textContent);
  expect(texts).toEqual(["Enter a password.", "At least 10 characters."]);
});

test("the server's messages appear at their fields, and what was typed stays", async () => {
  const rejection: Rejection = { fields: { password: "Too short." }, message: "Not accepted." };
  render(<Example submit={() => Promise.reject(rejection)} />);
  await fillAndSend();
  expect(await screen.findByText("Too short.")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(document.activeElement).toBe(password());
  expect((password() as HTMLInputElement).value).toBe("short");
});

test("a message about no field of this form is announced", async () => {
  const rejection: Rejection = { fields: { captcha: "Wrong." }, message: "Not accepted." };
  render(<Example submit={() => Promise.reject(rejection)} />);
  await fillAndSend();
  expect((await screen.findByRole("alert")).textContent).toBe("Not accepted.");
});

test("a second press while the first is under way sends nothing", async () => {
  const submit = vi.fn(() => new Promise<void>(() => undefined));
  render(<Example submit={submit} />);
  await fillAndSend();
  await send();
  await userEvent.type(password(), "{Enter}");
  expect(submit).toHaveBeenCalledTimes(1);
  expect(screen.getByRole("button").getAttribute("aria-busy")).toBe("true");
});
