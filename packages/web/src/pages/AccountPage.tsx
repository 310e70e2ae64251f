import { type Account, changeSession, deleteMe, explain, signOut } from "@product/api-client";
import { Alert, Button, Confirm, PageTitle } from "@product/ui-kit";
import { useApi, useMe } from "@product/ui-kit/app";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useId } from "react";
import styles from "./AccountPage.module.css";

export function AccountPage() {
  const me = useMe();
  return me ? <AccountView me={me} /> : <Navigate to="/sign-in" />;
}

function AccountView({ me }: { me: Account }) {
  const api = useApi();
  const leave = useLeave();
  const leaving = useMutation({
    mutationFn: () => signOut(api),
    onSuccess: () => leave("You are signed out."),
  });
  const deletion = useMutation({
    mutationFn: () => deleteMe(api),
    onSuccess: () => leave("Your account is deleted."),
  });
  return (
    <>
      <PageTitle>Your account</PageTitle>
      <Section title="Profile" text="Who you are to this product.">
        <Facts account={me} />
      </Section>
      <Section title="This device" text="You stay signed in here until you sign out.">
        {leaving.error && <Alert tone="error">{explain(leaving.error).message}</Alert>}
        <Button tone="plain" busy={leaving.isPending} onClick={() => leaving.mutate()}>
          Sign out
        </Button>
      </Section>
      <Section title="Delete this account" text="Your data is removed at once and cannot be brought back.">
        <Confirm
          trigger="Delete account"
          title="Delete your account?"
          action="Delete for good"
          busy={deletion.isPending}
          onConfirm={() => deletion.mutate()}
        >
          <p>{`The account ${me.email} and everything in it will be gone. This cannot be undone.`}</p>
          {deletion.error && <Alert tone="error">{explain(deletion.error).message}</Alert>}
        </Confirm>
      </Section>
    </>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.about}>
        <h2 id={id}>{title}</h2>
        <p>{text}</p>
      </div>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

function Facts({ account }: { account: Account }) {
  const since = new Date(account.created_at);
  return (
    <dl className={styles.facts}>
      <dt>Name</dt>
      <dd>{account.name}</dd>
      <dt>Email</dt>
      <dd>{account.email}</dd>
      <dt>Role</dt>
      <dd className={styles.role}>{account.role}</dd>
      <dt>Member since</dt>
      <dd>
        <time dateTime={account.created_at}>{since.toLocaleDateString("en", { dateStyle: "long" })}</time>
      </dd>
    </dl>
  );
}

/** Goes home first: the account page would send a person without a session to the sign-in page. */
function useLeave() {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async (notice: string) => {
    await navigate({ to: "/", state: { notice } });
    changeSession(queryClient, api, null);
  };
}
