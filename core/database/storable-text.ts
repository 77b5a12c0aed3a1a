/** The text as PostgreSQL takes it: a NUL, and in JSON half of a surrogate pair, it refuses; both become U+FFFD. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
