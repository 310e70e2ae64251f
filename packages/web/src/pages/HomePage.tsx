import { buttonClass, PageTitle, Split, useConfig } from "@product/ui-kit";
import { useMe } from "@product/ui-kit/app";
import { Link } from "@tanstack/react-router";
import styles from "./HomePage.module.css";

export function HomePage() {
  const { productName } = useConfig();
  const me = useMe();
  return (
    <Split airy>
      {me ? (
        <>
          <PageTitle size="display" lead={`You are signed in as ${me.email}.`}>
            {`Hello, ${me.name}`}
          </PageTitle>
          <Link to="/account" className={buttonClass()}>
            Go to your account
          </Link>
        </>
      ) : (
        <>
          <PageTitle size="display" lead={`${productName} is up and running. Create an account, or sign in.`}>
            Everything is in place.
          </PageTitle>
          <div className={styles.actions}>
            <Link to="/sign-up" className={buttonClass()}>
              Create an account
            </Link>
            <Link to="/sign-in" className={buttonClass("plain")}>
              Sign in
            </Link>
          </div>
        </>
      )}
    </Split>
  );
}
