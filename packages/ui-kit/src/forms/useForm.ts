import { type SubmitEvent, useEffect, useRef, useState } from "react";

/** What is wrong with a value, or undefined when nothing is. */
export type Rule = (value: string) => string | undefined;

/** Why a form was not accepted: about single fields, about the whole, or both. */
export interface Rejection {
  fields: Readonly<Record<string, string>>;
  message: string;
}

interface FormOptions<Name extends string> {
  /** The names of the inputs, with what can be said before the server is asked. */
  rules: Record<Name, Rule>;
  submit: (values: Record<Name, string>) => Promise<void>;
  /** Turns what `submit` threw into words. */
  explain: (error: unknown) => Rejection;
}

type Errors<Name extends string> = Partial<Record<Name, string>>;

export const required =
  (message: string): Rule =>
  (value) =>
    value.trim() === "" ? message : undefined;

/**
 * A form of uncontrolled inputs. Errors appear when it is submitted, and the first one gets the focus.
 * A rejection that names none of the form's own fields becomes the message of the whole form.
 */
export function useForm<Name extends string>({ rules, submit, explain }: FormOptions<Name>) {
  const ref = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Errors<Name>>({});
  const [message, setMessage] = useState<string>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  const send = async (values: Record<Name, string>) => {
    setBusy(true);
    try {
      await submit(values);
    } catch (error) {
      const rejection = explain(error);
      const known = pick(rejection.fields, rules);
      setErrors(known);
      setMessage(Object.keys(known).length > 0 ? undefined : rejection.message);
    } finally {
      setBusy(false);
    }
  };

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = read(new FormData(event.currentTarget), rules);
    const found = check(values, rules);
    setErrors(found);
    setMessage(undefined);
    if (Object.keys(found).length === 0) void send(values);
  };

  return { form: { ref, onSubmit, noValidate: true }, errors, message, busy };
}

function names<Name extends string>(rules: Record<Name, Rule>): Name[] {
  return Object.keys(rules) as Name[];
}

function read<Name extends string>(data: FormData, rules: Record<Name, Rule>): Record<Name, string> {
  const entries = names(rules).map((name) => [name, String(data.get(name) ?? "")]);
  return Object.fromEntries(entries) as Record<Name, string>;
}

function check<Name extends string>(values: Record<Name, string>, rules: Record<Name, Rule>): Errors<Name> {
  const errors: Errors<Name> = {};
  for (const name of names(rules)) {
    const error = rules[name](values[name]);
    if (error) errors[name] = error;
  }
  return errors;
}

function pick<Name extends string>(
  fields: Readonly<Record<string, string>>,
  rules: Record<Name, Rule>,
): Errors<Name> {
  const errors: Errors<Name> = {};
  for (const name of names(rules)) {
    const error = fields[name];
    if (error) errors[name] = error;
  }
  return errors;
}
