import { preset } from "../ui-kit/vite/preset.ts";

export default preset();
