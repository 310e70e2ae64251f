import "@product/ui-kit/styles.css";
import { createApi, createQueryClient } from "@product/api-client";
import { mount } from "@product/ui-kit";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createAppRouter } from "./router.ts";

mount((config) => {
  const queryClient = createQueryClient();
  const router = createAppRouter({ api: createApi(config.apiBase), queryClient });
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
});
