import { type Credentials, changeSession, explain, signIn } from "@product/api-client";
import { PageTitle, SignInForm, Split } from "@product/ui-kit";
import { useApi } from "@product/ui-kit/app";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import styles from "./SignInPage.module.css";

export function SignInPage() {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const submit = async (credentials: Credentials) => {
    changeSession(queryClient, api, await signIn(api, credentials));
    await navigate({ to: "/account" });
  };

  return (
    <Split>
      <PageTitle>Sign in</PageTitle>
      <SignInForm signIn={submit} explain={explain} />
      <p className={styles.other}>
        New here? <Link to="/sign-up">Create an account</Link>
      </p>
    </Split>
  );
}
