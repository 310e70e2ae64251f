import "@product/ui-kit/styles.css";
import { start } from "@product/ui-kit/app";
import { createAppRouter } from "./router.ts";

start(createAppRouter);
