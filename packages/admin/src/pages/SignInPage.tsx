import { type Credentials, changeSession, explain, signIn } from "@product/api-client";
import { PageTitle, SignInForm, Split } from "@product/ui-kit";
import { useApi } from "@product/ui-kit/app";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

export function SignInPage() {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const submit = async (credentials: Credentials) => {
    changeSession(queryClient, api, await signIn(api, credentials));
    await navigate({ to: "/" });
  };

  return (
    <Split>
      <PageTitle lead="For the people who run this product.">Sign in</PageTitle>
      <SignInForm signIn={submit} explain={explain} />
    </Split>
  );
}
