import { type Account, explain, listAccounts } from "@product/api-client";
import { type Column, ErrorPanel, PageTitle, Pagination, Table } from "@product/ui-kit";
import { useApi, useMe } from "@product/ui-kit/app";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import styles from "./UsersPage.module.css";

const PAGE_SIZE = 25;

export function UsersPage() {
  const me = useMe();
  if (!me) return <Navigate to="/sign-in" />;
  return me.role === "administrator" ? <Users /> : <Refused email={me.email} />;
}

function Refused({ email }: { email: string }) {
  return (
    <PageTitle
      lead={`${email} is not an administrator. Sign out and use another account, or ask for the role.`}
    >
      Administrators only
    </PageTitle>
  );
}

function Users() {
  const api = useApi();
  const heading = useRef<HTMLHeadingElement>(null);
  // The way here: the cursor of each page up to this one; the first page has none.
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const cursor = cursors.at(-1) ?? null;
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ["accounts", cursor],
    queryFn: () => listAccounts(api, PAGE_SIZE, cursor),
    placeholderData: keepPreviousData,
  });
  const next = data?.next_cursor;

  const turnTo = (path: (string | null)[]) => {
    setCursors(path);
    heading.current?.focus();
  };

  return (
    <>
      <PageTitle ref={heading}>Users</PageTitle>
      {error ? (
        <ErrorPanel message={explain(error).message} onRetry={() => void refetch()} />
      ) : (
        <Table
          caption="Users"
          columns={columns}
          rows={data?.items}
          rowKey={(account) => account.id}
          empty="Nobody has signed up yet."
        />
      )}
      <Pagination
        page={cursors.length}
        busy={isPlaceholderData}
        onPrevious={cursors.length > 1 ? () => turnTo(cursors.slice(0, -1)) : undefined}
        onNext={next ? () => turnTo([...cursors, next]) : undefined}
      />
    </>
  );
}

const columns: readonly Column<Account>[] = [
  {
    header: "User",
    cell: ({ name, email }) => (
      <>
        <span className={styles.name}>{name}</span>
        <Email address={email} />
      </>
    ),
  },
  {
    header: "Role",
    cell: ({ role }) => (
      <span className={role === "administrator" ? styles.administrator : styles.role}>{role}</span>
    ),
  },
  {
    header: "Joined",
    cell: ({ created_at }) => <time dateTime={created_at}>{joined(created_at)}</time>,
  },
];

/** A long address breaks before its @ rather than within a word. */
function Email({ address }: { address: string }) {
  const at = address.lastIndexOf("@");
  return (
    <span className={styles.email}>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </span>
  );
}

function joined(time: string): string {
  return new Date(time).toLocaleDateString("en", { dateStyle: "medium" });
}
