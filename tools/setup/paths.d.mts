/** The project's folder. See `paths.mjs`. */
export const PROJECT: string;
