import {
  type Account,
  ApiError,
  changeSession,
  explain,
  type NewAccount,
  signIn,
  signUp,
} from "@product/api-client";
import { Field, Form, PageTitle, type Rejection, required, Split, useForm } from "@product/ui-kit";
import { useApi } from "@product/ui-kit/app";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import styles from "./SignInPage.module.css";

const rules = {
  name: required("Enter your name."),
  email: required("Enter your email address."),
  password: required("Choose a password."),
};

export function SignUpPage() {
  const submit = useSignUp();
  const { form, errors, message, busy } = useForm({ rules, submit, explain: explainSignUp });
  return (
    <Split>
      <PageTitle>Create an account</PageTitle>
      <Form form={form} message={message} busy={busy} action="Create account">
        <Field name="name" label="Name" autoComplete="name" error={errors.name} />
        <Field name="email" label="Email" type="email" autoComplete="username" error={errors.email} />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters. A few unrelated words work well."
          error={errors.password}
        />
      </Form>
      <p className={styles.other}>
        Already have an account? <Link to="/sign-in">Sign in</Link>
      </p>
    </Split>
  );
}

/** Makes the account, then signs in; the API keeps these two apart. */
function useSignUp() {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const enter = async (account: Account) => {
    changeSession(queryClient, api, account);
    await navigate({ to: "/account", state: { notice: `Your account is ready, ${account.name}.` } });
  };

  return async (values: NewAccount) => {
    const { email } = await signUp(api, values);
    await signIn(api, { email, password: values.password }).then(enter, () =>
      navigate({ to: "/sign-in", state: { notice: "Your account is ready. Sign in to use it." } }),
    );
  };
}

function explainSignUp(error: unknown): Rejection {
  const rejection = explain(error);
  const taken = error instanceof ApiError && error.status === 409;
  return taken ? { ...rejection, fields: { email: rejection.message } } : rejection;
}
