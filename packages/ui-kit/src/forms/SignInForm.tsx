import { Field } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { type Rejection, required, useForm } from "./useForm.ts";

interface SignInFormProps {
  signIn: (credentials: { email: string; password: string }) => Promise<void>;
  explain: (error: unknown) => Rejection;
}

const rules = {
  email: required("Enter your email address."),
  password: required("Enter your password."),
};

export function SignInForm({ signIn, explain }: SignInFormProps) {
  const { form, errors, message, busy } = useForm({ rules, submit: signIn, explain });
  return (
    <Form form={form} message={message} busy={busy} action="Sign in">
      <Field name="email" label="Email" type="email" autoComplete="username" error={errors.email} />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        error={errors.password}
      />
    </Form>
  );
}
