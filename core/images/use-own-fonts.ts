import { fileURLToPath } from "node:url";

// Read by the library when it draws its first text. Without it, text on a machine without fonts would be missing from
// the picture, and would look different on every other.
process.env.FONTCONFIG_FILE ??= fileURLToPath(new URL("fonts/fonts.conf", import.meta.url));
